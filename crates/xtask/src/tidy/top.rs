//! Which folders may stand at the top of the repository.

use super::Finding;

const FOLDERS: &[&str] = &["crates", "workflows", "schemas", "examples", "tests", "docs"];

/// Refuses every other folder; dot-folders and build output are not in the list the tree gives.
pub(crate) fn check(folders: &[String]) -> Vec<Finding> {
    let unknown = folders.iter().filter(|name| !FOLDERS.contains(&name.as_str()));
    unknown
        .map(|name| Finding::new(name, 1, format!("the folder `{name}` has no place at the top"), help()))
        .collect()
}

fn help() -> String {
    format!("the top holds only {}; move it below one of them", FOLDERS.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_names(names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        check(&names).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn the_six_folders_are_welcome() {
        assert_eq!(check_names(&["crates", "docs", "examples", "schemas", "tests", "workflows"]), [""; 0]);
    }

    #[test]
    fn any_other_folder_is_refused() {
        assert_eq!(check_names(&["crates", "scripts"]), ["the folder `scripts` has no place at the top"]);
    }
}
