//! The nearest name to one that does not exist.

/// The candidate nearest to `name`, if any is near enough to have been meant.
pub(super) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (score(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score >= 0.6)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

fn score(name: &str, candidate: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(name, candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_and_far() {
        assert_eq!(nearest("autoscaleEnable", ["autoscaleMax", "autoscaleEnabled"]), Some("autoscaleEnabled"));
        assert_eq!(nearest("Hub", ["hub", "tag"]), Some("hub"));
        assert_eq!(nearest("zzz", ["hub", "tag"]), None);
    }
}
