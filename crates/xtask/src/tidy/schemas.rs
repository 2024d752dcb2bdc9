//! A YAML file that people write says on its first line which schema it follows, so that every editor helps
//! without being set up.

use super::{Finding, Source};

/// The key that a kind of file begins with, and its schema.
const KINDS: &[(&str, &str)] = &[
    ("workflow:", "workflow.schema.json"),
    ("mapping:", "mapping.schema.json"),
    ("tests:", "tests.schema.json"),
    ("company:", "sandbox-seed.schema.json"),
    ("script:", "sandbox-script.schema.json"),
];

/// The file that may begin with any of its keys.
const CONFIGURATION: &str = "drawbridge.yaml";

pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.path.ends_with(".yaml")) {
        let Some(schema) = schema_of(source) else { continue };
        let up = "../".repeat(source.path.matches('/').count());
        let wanted = format!("# yaml-language-server: $schema={up}schemas/{schema}");
        if source.text.lines().next() != Some(wanted.as_str()) {
            let help = format!("begin with `{wanted}`");
            findings.push(Finding::new(&source.path, 1, "the first line does not name the schema", help));
        }
    }
    findings
}

fn schema_of(source: &Source) -> Option<&'static str> {
    if source.path.rsplit('/').next() == Some(CONFIGURATION) {
        return Some("config.schema.json");
    }
    let first = source.text.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty())?;
    KINDS.iter().find(|(key, _)| first.starts_with(key)).map(|(_, schema)| *schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn helps(path: &str, text: &str) -> Vec<String> {
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        check(&[source]).into_iter().map(|finding| finding.help).collect()
    }

    #[test]
    fn a_line_that_leads_to_the_schema_is_enough() {
        let text = "# yaml-language-server: $schema=../../schemas/workflow.schema.json\nworkflow: a\n";
        assert_eq!(helps("workflows/a/workflow.yaml", text), [""; 0]);
    }

    #[test]
    fn a_line_that_is_missing_late_or_leads_elsewhere_is_found() {
        for text in [
            "mapping: a\n",
            "# A mapping.\n# yaml-language-server: $schema=../../../schemas/mapping.schema.json\nmapping: a\n",
            "# yaml-language-server: $schema=../../schemas/mapping.schema.json\nmapping: a\n",
            "# yaml-language-server: $schema=../../../schemas/workflow.schema.json\nmapping: a\n",
        ] {
            let wanted = "begin with `# yaml-language-server: $schema=../../../schemas/mapping.schema.json`";
            assert_eq!(helps("workflows/a/mappings/b.yaml", text), [wanted], "{text}");
        }
    }

    #[test]
    fn a_configuration_is_known_by_its_name() {
        let wanted = "begin with `# yaml-language-server: $schema=../schemas/config.schema.json`";
        assert_eq!(helps("examples/drawbridge.yaml", "connections: {}\n"), [wanted]);
    }

    #[test]
    fn other_files_have_no_schema() {
        assert_eq!(helps("workflows/a/tables/b.yaml", "columns: [a]\nrows: [[1]]\n"), [""; 0]);
        assert_eq!(helps("docs/errors/WF001.md", "workflow: a\n"), [""; 0]);
    }
}
