//! Applies every rule to one tree. A new rule is one file beside this one and one line here.

use super::code::{self, Code};
use super::manifest::{self, Manifest};
use super::{Finding, Tree, circles, codes, floors, headers, imports, maps, schemas, sizes, targets, top};

/// Every finding in the tree, ordered by path and line.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let manifests: Vec<Manifest> = manifest::read_all(&tree.sources, &mut findings);
    let code: Vec<Code> = code::parse_all(&tree.sources, &mut findings);
    findings.extend(top::check(&tree.folders));
    findings.extend(headers::check(&tree.sources));
    findings.extend(floors::check(&manifests));
    findings.extend(imports::check(&manifests, &code));
    findings.extend(maps::check(&code));
    let targets = targets::all(&manifests, &code);
    findings.extend(targets::check(&targets, &code));
    findings.extend(circles::check(&targets));
    findings.extend(sizes::check(&code));
    findings.extend(codes::check(&code, &tree.sources));
    findings.extend(schemas::check(&tree.sources));
    findings.sort();
    findings
}
