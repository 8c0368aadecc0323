//! What is said of flags that name several clusters and do not go together.

use crate::error::{Error, Result};

/// `--context` and a file.
pub fn both() -> Error {
    Error::usage("two-values", "--context and --contexts-file both say which clusters")
        .hint("give one of them; --context-selector takes some of the file")
}

/// `--expect-context` with several.
pub fn expected() -> Error {
    Error::usage("one-context", "--expect-context is for one cluster, and several are named")
        .hint("leave it out: each cluster is named already")
}

/// Several for a command that takes one.
pub fn one_only() -> Error {
    Error::usage("one-context", "this command is for one cluster, and --context is given several times")
        .hint("install, upgrade, uninstall, verify, diff, check and status take several")
}

/// A canary that is none of the clusters.
pub fn no_canary(name: &str) -> Error {
    Error::usage("unknown-context", format!("--canary-context {name}: it is none of the clusters of this run"))
        .hint("name one of those that --context or --contexts-file names")
}

/// `status --watch` with several.
pub fn watched() -> Error {
    Error::usage("one-context", "--watch is for one cluster, and several are named")
        .hint("look once, without --watch, or at one cluster")
}

/// What is given for each of two contexts by a flag.
///
/// # Errors
/// `unknown-context` (usage) for another one.
pub fn pairs(flag: &str, given: Vec<(String, String)>, contexts: [&str; 2]) -> Result<[Option<String>; 2]> {
    let mut found = [None, None];
    for (context, value) in given {
        let Some(place) = contexts.iter().position(|one| *one == context) else {
            return Err(Error::usage(
                "unknown-context",
                format!("{flag} {context}=…: it is neither of the two clusters"),
            )
            .hint(format!("name {} or {}", contexts[0], contexts[1])));
        };
        found[place] = Some(value);
    }
    Ok(found)
}

/// Holds clusters, each a context and its server, to be different ones.
///
/// # Errors
/// `same-cluster` (usage).
pub fn distinct(clusters: &[(String, String)]) -> Result<()> {
    for (place, (name, server)) in clusters.iter().enumerate() {
        let Some((other, _)) = clusters[..place].iter().find(|(one, at)| one == name || at == server) else { continue };
        let error = if other == name {
            Error::usage("same-cluster", format!("context {name} is named twice"))
        } else {
            Error::usage("same-cluster", format!("contexts {other} and {name} are the same cluster: {server}"))
        };
        return Err(error.hint("name each cluster once"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_named_once() {
        let of = |clusters: &[(&str, &str)]| {
            let clusters: Vec<_> = clusters.iter().map(|(name, at)| ((*name).to_owned(), (*at).to_owned())).collect();
            distinct(&clusters).err().map(|error| error.to_string())
        };
        assert_eq!(of(&[("a", "https://1"), ("b", "https://2")]), None);
        assert_eq!(of(&[("a", "https://1"), ("a", "https://1")]).as_deref(), Some("context a is named twice"));
        let same = of(&[("a", "https://1"), ("b", "https://1")]);
        assert_eq!(same.as_deref(), Some("contexts a and b are the same cluster: https://1"));
    }
}
