//! "Did you mean": the nearest of the names that would be right.

/// Most names that are compared: many wrong names among many right ones must not take long.
const NAMES_MAX: usize = 500;
/// Longest name that is compared, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// The nearest name, where one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > NAME_BYTES_MAX {
        return None;
    }
    let word = word.to_lowercase();
    let limit = (word.chars().count() / 3).clamp(1, 5);
    names
        .into_iter()
        .take(NAMES_MAX)
        .filter(|name| least_distance(word.as_bytes(), name.as_bytes()) <= limit)
        .map(|name| (strsim::damerau_levenshtein(&word, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// What two words are apart at least: the letters that only one of them has. Far cheaper than the distance
/// itself, and enough to pass over most names; 0 where it cannot tell.
fn least_distance(word: &[u8], name: &[u8]) -> usize {
    if name.len() > 2 * NAME_BYTES_MAX {
        return name.len() - word.len();
    }
    if !word.is_ascii() || !name.is_ascii() {
        return 0;
    }
    let mut counts = [0_i16; 128];
    for letter in word {
        counts[usize::from(*letter)] += 1;
    }
    for letter in name {
        counts[usize::from(letter.to_ascii_lowercase())] -= 1;
    }
    let only_word: i16 = counts.iter().filter(|count| **count > 0).sum();
    let only_name: i16 = counts.iter().filter(|count| **count < 0).sum();
    usize::from(only_word.max(-only_name).unsigned_abs())
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

    #[test]
    fn the_least_distance_is_never_more_than_the_distance() {
        let names =
            ["", "a", "ab", "ba", "Manager", "manger", "d\u{e9}partement", "azure_ad.user.get", "aaaaabbbbb"];
        for (one, other) in names.iter().flat_map(|one| names.iter().map(move |other| (one, other))) {
            let (one, lower) = (one.to_lowercase(), other.to_lowercase());
            let distance = strsim::damerau_levenshtein(&one, &lower);
            assert!(least_distance(one.as_bytes(), other.as_bytes()) <= distance, "{one} {other}");
        }
    }

    #[test]
    fn very_long_words_and_very_many_names_are_passed_over() {
        let long = "a".repeat(NAME_BYTES_MAX + 1);
        assert_eq!(nearest(&long, [long.as_str()]), None);
        let many = std::iter::repeat_n("department", NAMES_MAX);
        assert_eq!(nearest("manger", many.clone().chain(["manager"])), None);
        assert_eq!(nearest("manger", many.skip(1).chain(["manager"])), Some("manager"));
    }
}
