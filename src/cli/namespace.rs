//! Names of namespaces.

use crate::object::names::{LABEL, is_label};

/// A name that a namespace may have. Whatever else is no part of a path, and names no object of an installation.
///
/// # Errors
/// A sentence that says what such names are, for clap to show beside the flag.
pub(super) fn parse(text: &str) -> Result<String, String> {
    if is_label(text) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "no namespace is called so: lower-case letters, digits and `-`, at most {LABEL}, with a letter or digit at both ends"
    ))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::super::refused::Unparsed;

    #[test]
    fn a_name_that_no_namespace_has_is_wrong_usage() {
        let (fits, long) = ("a".repeat(63), "a".repeat(64));
        let try_it = |flag: &str, name: &str| {
            let words = ["mesh", "status", flag, name].map(std::ffi::OsString::from);
            match parse(&words) {
                Ok(_) => None,
                Err(Unparsed::Wrong(error)) => Some(error),
                Err(Unparsed::Asked { plain, .. }) => panic!("{plain}"),
            }
        };
        for flag in ["-n", "--namespace", "-i", "--istio-namespace", "--istioNamespace"] {
            for name in ["shop", "1-a", &fits] {
                assert!(try_it(flag, name).is_none(), "{flag} {name}");
            }
            for name in ["Bad NS", "", "A", "a.b", "a-", "../a", "a/b", &long] {
                let error = try_it(flag, name).unwrap_or_else(|| panic!("{flag} {name:?} is taken"));
                assert_eq!((error.kind().exit_code(), error.id()), (2, "usage"), "{error}");
                assert!(error.to_string().contains("lower-case letters, digits and `-`, at most 63"), "{error}");
                assert!(error.to_string().contains("namespace <NAME>"), "{error}");
            }
        }
    }
}
