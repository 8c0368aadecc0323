//! Command lines as to be typed again.

use std::ffi::OsString;

use super::Global;
use crate::istio::DEFAULT_NAMESPACE;
use crate::text::shell_word;

/// The flags that say which cluster and namespace is meant, as to be typed.
pub fn reach(global: &Global) -> Vec<String> {
    let Global { kubeconfig, context, expect_context, istio_namespace, as_user, as_group, .. } = global;
    let path = kubeconfig.as_ref().map(|path| path.display().to_string());
    let namespace = Some(istio_namespace).filter(|namespace| *namespace != DEFAULT_NAMESPACE);
    let flags = [
        ("--kubeconfig", path.as_ref()),
        ("--context", context.as_ref()),
        ("--expect-context", expect_context.as_ref()),
        ("--istio-namespace", namespace),
        ("--as", as_user.as_ref()),
    ];
    let one = flags.into_iter().filter_map(|(flag, value)| Some((flag, value?)));
    let all = one.chain(as_group.iter().map(|group| ("--as-group", group)));
    all.map(|(flag, value)| format!("{flag} {}", shell_word(value))).collect()
}

/// A command line as to be typed again: the program by its name, words quoted where a shell needs it.
pub fn typed(args: &[OsString]) -> String {
    let words = args.iter().skip(1).map(|word| shell_word(&word.to_string_lossy()));
    std::iter::once("mesh".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_typed_again() {
        let args = ["/usr/bin/mesh", "install", "--set", "a[0]=it's b", "-f", "x.yaml"].map(OsString::from);
        assert_eq!(typed(&args), r"mesh install --set 'a[0]=it'\''s b' -f x.yaml");
    }
}
