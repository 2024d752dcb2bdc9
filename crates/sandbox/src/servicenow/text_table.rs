//! Text tables inside data files: one line for each row, cells between bars.
//!
//! Owns the cutting of lines only; what a cell means is known to whoever reads the table.

/// The rows of a table without blanks around the cells; empty lines and those that begin with `#` are none.
pub(crate) fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('|').map(str::trim).collect())
}

/// The rows below the first one, each as pairs of the first row's cell and its own; empty cells are left out.
pub(crate) fn records(text: &str) -> impl Iterator<Item = Vec<(&str, &str)>> {
    let mut rows = rows(text);
    let head = rows.next().unwrap_or_default();
    rows.map(move |row| head.iter().copied().zip(row).filter(|(_, cell)| !cell.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_trimmed_and_named_by_the_first_row() {
        let text = "name | city\n# nobody\n\n Ann |  Oslo\n Bo  |\n";
        let found: Vec<_> = records(text).collect();
        assert_eq!(found, [vec![("name", "Ann"), ("city", "Oslo")], vec![("name", "Bo")]]);
    }
}
