"""What every conversation needs: the ready document, named checks, a closing line."""

import json
import os
import sys
import traceback

READY = json.loads(os.environ["SANDBOX"])


class Talk:
    """Collects what held and what did not; goes on after a failure, so that one run tells everything."""

    def __init__(self, name):
        self.name, self.passed, self.failed = name, 0, 0

    def check(self, what, held, detail=""):
        if held:
            self.passed += 1
            return
        self.failed += 1
        print(f"{self.name}: {what}: does not hold {detail}", file=sys.stderr)

    def part(self, what):
        """A context in which an exception counts as one failure."""
        return Part(self, what)

    def close(self):
        print(f"{self.name}: {self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


class Part:
    def __init__(self, talk, what):
        self.talk, self.what = talk, what

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None or not issubclass(kind, Exception):
            return False
        self.talk.failed += 1
        print(f"{self.talk.name}: {self.what}: {kind.__name__}: {error}", file=sys.stderr)
        traceback.print_exception(kind, error, trace, limit=-4, file=sys.stderr)
        return True
