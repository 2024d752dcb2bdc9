// Talks to the YAML language server over stdio, as an editor does. Knows the protocol, nothing of Drawbridge.
//
// Nothing here sleeps: every wait is for a message of the server and has a deadline.

import { spawn } from 'node:child_process';

// Longest wait for one message. The slowest answer seen is a second; a busy machine gets room.
const DEADLINE_MS = 60_000;

const SETTINGS = {
  yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } },
  http: {},
  editor: { tabSize: 2 },
};

export class Server {
  #child;
  #received = Buffer.alloc(0);
  #next = 1;
  #answers = new Map();
  #diagnostics = new Map();

  constructor(program) {
    this.#child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout.on('data', (bytes) => this.#receive(bytes));
    this.#child.on('exit', (code) => this.#fail(new Error(`the server ended with ${code}`)));
  }

  // Starts the session. Without it the server answers nothing.
  async start(root) {
    await this.request('initialize', {
      processId: process.pid,
      rootUri: root,
      workspaceFolders: [{ uri: root, name: 'drawbridge' }],
      capabilities: {
        workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
        textDocument: {
          completion: { completionItem: { documentationFormat: ['markdown'], snippetSupport: true } },
          hover: { contentFormat: ['markdown'] },
          publishDiagnostics: { relatedInformation: true },
        },
      },
    });
    this.#notify('initialized', {});
    this.#notify('workspace/didChangeConfiguration', { settings: SETTINGS });
  }

  async stop() {
    await this.request('shutdown', null);
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#notify('exit', null);
    await ended;
  }

  // Opens a text and gives what the server finds wrong with it.
  async open(uri, text) {
    const found = this.#wait(this.#diagnostics, uri, `diagnostics of ${uri}`);
    this.#notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'yaml', version: 1, text },
    });
    return found;
  }

  close(uri) {
    this.#notify('textDocument/didClose', { textDocument: { uri } });
  }

  async request(method, params) {
    const id = this.#next++;
    const answer = this.#wait(this.#answers, id, `the answer to ${method}`);
    this.#send({ jsonrpc: '2.0', id, method, params });
    return answer;
  }

  #notify(method, params) {
    this.#send({ jsonrpc: '2.0', method, params });
  }

  #wait(waiting, key, what) {
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`${what} did not come within ${DEADLINE_MS / 1000} s`));
      const deadline = setTimeout(late, DEADLINE_MS);
      const done = (give) => (value) => {
        clearTimeout(deadline);
        waiting.delete(key);
        give(value);
      };
      waiting.set(key, { resolve: done(resolve), reject: done(reject) });
    });
  }

  #fail(error) {
    for (const waiting of [this.#answers, this.#diagnostics]) {
      for (const { reject } of [...waiting.values()]) reject(error);
    }
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify(message));
    this.#child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#child.stdin.write(body);
  }

  #receive(bytes) {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.toString('ascii', 0, end))[1]);
      const from = end + 4;
      if (this.#received.length < from + length) return;
      const message = JSON.parse(this.#received.toString('utf8', from, from + length));
      this.#received = this.#received.subarray(from + length);
      this.#take(message);
    }
  }

  #take(message) {
    if (message.method === 'textDocument/publishDiagnostics') {
      this.#diagnostics.get(message.params.uri)?.resolve(message.params.diagnostics);
    } else if (message.method !== undefined && message.id !== undefined) {
      this.#send({ jsonrpc: '2.0', id: message.id, result: this.#asked(message) });
    } else if (message.method === undefined) {
      const waiting = this.#answers.get(message.id);
      if (message.error) waiting?.reject(new Error(message.error.message));
      else waiting?.resolve(message.result);
    }
  }

  // What the server asks its editor: the settings, section by section.
  #asked({ method, params }) {
    if (method !== 'workspace/configuration') return null;
    return params.items.map(({ section }) => SETTINGS[section] ?? {});
  }
}
