//! Command lines as to be typed again.

use std::ffi::OsString;
use std::path::Path;

use super::Global;
use crate::istio::DEFAULT_NAMESPACE;
use crate::text::{hidden, shell_word};

/// The flags that say which cluster and namespace is meant, as to be typed.
pub fn reach(global: &Global) -> Vec<String> {
    let Global { kubeconfig, context, expect_context, istio_namespace, as_user, as_group, .. } = global;
    let path = kubeconfig.as_ref().map(|path| path.display().to_string());
    let namespace = Some(istio_namespace).filter(|namespace| *namespace != DEFAULT_NAMESPACE);
    let flags = [
        ("--kubeconfig", path.as_ref()),
        ("--context", context.first()),
        ("--expect-context", expect_context.as_ref()),
        ("--istio-namespace", namespace),
        ("--as", as_user.as_ref()),
    ];
    let one = flags.into_iter().filter_map(|(flag, value)| Some((flag, value?)));
    let all = one.chain(as_group.iter().map(|group| ("--as-group", group)));
    all.map(|(flag, value)| format!("{flag} {}", shell_word(value))).collect()
}

/// The flags that say which of many clusters are meant, and how they have their turns: with a value, or without.
const MANY: [(&str, bool); 7] = [
    ("--context", true),
    ("--contexts-file", true),
    ("--context-selector", true),
    ("--canary-context", true),
    ("--max-unavailable", true),
    ("--wave-pause", true),
    ("--keep-going", false),
];

/// A command line for many clusters as it is for one of them.
pub fn of_one(args: &[OsString], context: &str, kubeconfig: Option<&Path>, sets: &[String]) -> Vec<OsString> {
    let mut words = Vec::new();
    let mut all = args.iter();
    while let Some(word) = all.next() {
        let text = word.to_string_lossy();
        let (flag, has_value) = text.split_once('=').map_or((&*text, false), |(flag, _)| (flag, true));
        let is_other = kubeconfig.is_some() && (flag == "--kubeconfig" || flag == "-c");
        match MANY.iter().find(|(many, _)| *many == flag) {
            Some((_, takes)) if *takes && !has_value => drop(all.next()),
            Some(_) => {}
            None if is_other && !has_value => drop(all.next()),
            None if is_other => {}
            None => words.push(word.clone()),
        }
    }
    let path = kubeconfig.map(|path| ("--kubeconfig", path.as_os_str().to_owned()));
    let sets = sets.iter().map(|set| ("--set", set.into()));
    let flags = path.into_iter().chain([("--context", context.into())]).chain(sets);
    words.extend(flags.flat_map(|(flag, value)| [flag.into(), value]));
    words
}

/// A word without the value of a setting that has the name of a secret: command lines are told in logs.
pub(super) fn bare(word: &str) -> String {
    match word.strip_prefix("--set=") {
        Some(setting) => format!("--set={}", hidden::setting(setting)),
        None => hidden::setting(word),
    }
}

/// A command line as to be typed again: the program by its name, words quoted where a shell needs it.
pub fn typed(args: &[OsString]) -> String {
    let words = args.iter().skip(1).map(|word| shell_word(&bare(&word.to_string_lossy())));
    std::iter::once("mesh".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_for_many_clusters_can_be_typed_for_one() {
        let line =
            "mesh upgrade --context=a --context b --contexts-file f.yaml --keep-going -c k --wave-pause 1m -f x.yaml";
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let of = |kubeconfig: Option<&str>, sets: &[&str]| {
            let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
            typed(&of_one(&args, "b c", kubeconfig.map(Path::new), &sets))
        };
        assert_eq!(of(None, &[]), "mesh upgrade -c k -f x.yaml --context 'b c'");
        assert_eq!(of(Some("o"), &["x=y"]), "mesh upgrade -f x.yaml --kubeconfig o --context 'b c' --set x=y");
    }

    #[test]
    fn a_command_can_be_typed_again() {
        let args = ["/usr/bin/mesh", "install", "--set", "a[0]=it's b", "-f", "x.yaml"].map(OsString::from);
        assert_eq!(typed(&args), r"mesh install --set 'a[0]=it'\''s b' -f x.yaml");
    }
}
