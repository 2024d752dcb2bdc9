//! "Did you mean": the nearest of the names that would be right.

/// The nearest name, where one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = (word.chars().count() / 3).clamp(1, 5);
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&word, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_names_are_suggested() {
        let names = ["manager", "department", "id"];
        assert_eq!(nearest("manger", names), Some("manager"));
        assert_eq!(nearest("Departement", names), Some("department"));
        assert_eq!(nearest("di", names), Some("id"));
        assert_eq!(nearest("country", names), None);
    }
}
