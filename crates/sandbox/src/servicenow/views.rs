//! Which fields a view shows, read from embedded data.
//!
//! Source: reference section 3.2, `sysparm_view`. The layouts are plausible ones: the platform ships
//! them as records that every customer changes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The embedded layouts.
const VIEWS: &str = include_str!("../../data/servicenow/views.yaml");

static EMBEDDED: LazyLock<Views> = LazyLock::new(|| {
    serde_saphyr::from_str(VIEWS).expect("the embedded views are read by a test on every build")
});

/// Fields by table and view.
type Views = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// The fields a view of the table shows, the id first; nothing where all are shown.
pub(crate) fn fields(table: &str, view: &str) -> Option<Vec<String>> {
    let views = EMBEDDED.get(table)?;
    let shown = match view.to_ascii_lowercase().as_str() {
        "both" => [views.get("desktop"), views.get("mobile")].into_iter().flatten().flatten().collect(),
        view => views.get(view)?.iter().collect::<Vec<_>>(),
    };
    let mut fields = vec!["sys_id".to_owned()];
    for field in shown {
        if !fields.contains(field) {
            fields.push(field.clone());
        }
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_read_and_both_joins_them() {
        assert_eq!(fields("sys_user_group", "mobile").unwrap(), ["sys_id", "name", "manager"]);
        assert_eq!(fields("sys_user", "Both").unwrap().len(), 10);
        assert_eq!((fields("sys_user", "nobody's"), fields("no_table", "mobile")), (None, None));
    }
}
