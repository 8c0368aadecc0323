//! Which objects are to be labelled.

use super::{Changes, ResourceType};
use crate::error::{Error, Result};

/// What the words of a command line select.
#[derive(Debug, PartialEq, Eq)]
pub enum Selected {
    /// Objects by name.
    Names(Vec<(ResourceType, String)>),
    /// All objects of these types, or those with a label.
    Types(Vec<ResourceType>),
}

impl Selected {
    /// Whether it is one object, by its name.
    pub fn is_one(&self) -> bool {
        matches!(self, Self::Names(names) if names.len() == 1)
    }
}

/// Refuses what kubectl refuses of the flags: `by_label` is whether a selector is given.
///
/// # Errors
/// `usage` in kubectl's words.
pub fn check_usage(changes: &Changes, list: bool, all: bool, by_label: bool) -> Result<()> {
    if changes.is_empty() && !list {
        return Err(usage("at least one label update is required"));
    }
    if all && by_label {
        return Err(usage("cannot set --all and --selector at the same time"));
    }
    Ok(())
}

fn usage(message: &str) -> Error {
    Error::usage("usage", message).hint("run `mesh label --help` to see what it takes")
}

/// Which objects the words name, in the ways kubectl takes them. `by_label` is whether a selector comes with them.
///
/// # Errors
/// `usage` in kubectl's words, `unknown-type`.
pub fn selected(words: &[String], all: bool, by_label: bool, all_namespaces: bool) -> Result<Selected> {
    let Some(first) = words.first() else {
        return Err(usage("one or more resources must be specified as <resource> <name> or <resource>/<name>"));
    };
    let names = if words.iter().any(|word| word.contains('/')) {
        let pair = |word: &String| match word.split_once('/') {
            Some((kind, name)) if !kind.is_empty() && !name.is_empty() && !name.contains('/') => {
                Ok((ResourceType::named(kind)?, name.to_owned()))
            }
            Some(_) => Err(usage("arguments in resource/name form must have a single resource and name")),
            None => Err(usage(
                "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form",
            )),
        };
        words.iter().map(pair).collect::<Result<Vec<_>>>()?
    } else {
        let types = first.split(',').map(ResourceType::named).collect::<Result<Vec<_>>>()?;
        let names = &words[1..];
        if (all || by_label) && names.is_empty() {
            return Ok(Selected::Types(types));
        }
        types.iter().flat_map(|one| names.iter().map(|name| (*one, name.clone()))).collect()
    };
    // Names count more than --all.
    if by_label {
        return Err(usage("name cannot be provided when a selector is specified"));
    }
    if names.is_empty() {
        return Err(usage("resource(s) were provided, but no name was specified"));
    }
    if all_namespaces && names.iter().any(|(one, _)| one.namespaced) {
        return Err(usage("a resource cannot be retrieved by name across all namespaces"));
    }
    Ok(Selected::Names(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_select_as_they_do_for_kubectl() {
        let select = |words: &str, by_label: bool, everywhere: bool| {
            let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            match selected(&words, false, by_label, everywhere) {
                Ok(Selected::Names(names)) => {
                    names.iter().map(|(one, name)| one.shown(name)).collect::<Vec<_>>().join(" ")
                }
                Ok(Selected::Types(types)) => format!("{} types", types.len()),
                Err(error) => error.id().to_owned(),
            }
        };
        let table = [
            ("ns default", false, false, "namespace/default"),
            ("pods a b", false, false, "pod/a pod/b"),
            ("pod,deploy a", false, false, "pod/a deployment.apps/a"),
            ("deploy/a po/b", false, false, "deployment.apps/a pod/b"),
            ("pods,deployments", true, true, "2 types"),
            ("ns default", false, true, "namespace/default"),
            ("pods", false, false, "usage"),
            ("pods a", true, false, "usage"),
            ("pods a", false, true, "usage"),
            ("pods/a b", false, false, "usage"),
            ("pods/", false, false, "usage"),
            ("", false, false, "usage"),
            ("things a", false, false, "unknown-type"),
        ];
        for (words, by_label, everywhere, wanted) in table {
            assert_eq!(select(words, by_label, everywhere), wanted, "{words}");
        }
    }
}
