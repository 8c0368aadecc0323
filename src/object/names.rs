//! The forms that Kubernetes asks of names and of values of labels (apimachinery, `util/validation`).

/// The most letters of a DNS label, and of a value of a label.
pub const LABEL: usize = 63;
/// The most letters of a DNS name.
const SUBDOMAIN: usize = 253;
/// The most letters of the name of a container's port.
const PORT: usize = 15;

/// A DNS label (RFC 1123): lower-case letters, digits and `-`, a letter or digit at both ends.
pub fn is_label(text: &str) -> bool {
    text.len() <= LABEL && is_part(text)
}

/// A DNS label that begins with a letter (RFC 1035): what a Service may be called.
pub fn is_service(text: &str) -> bool {
    is_label(text) && text.starts_with(|first: char| first.is_ascii_lowercase())
}

/// A DNS name (RFC 1123): labels with dots between them, of any length each.
pub fn is_subdomain(text: &str) -> bool {
    text.len() <= SUBDOMAIN && text.split('.').all(is_part)
}

/// A DNS name, which may end in a dot.
pub fn is_host(text: &str) -> bool {
    is_subdomain(text.strip_suffix('.').unwrap_or(text))
}

/// What can be a segment of a path: the names of roles.
pub fn is_segment(text: &str) -> bool {
    !matches!(text, "" | "." | "..") && !text.contains(['/', '%'])
}

/// The value of a label, which may be empty.
pub fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_qualified(text)
}

/// The key of a label: a name, with a DNS name and a `/` before it or without.
pub fn is_label_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_subdomain(prefix) && is_qualified(name),
        None => is_qualified(text),
    }
}

/// The name of a container's port (RFC 6335): a letter at least, and no two `-` in a row.
pub fn is_port(text: &str) -> bool {
    is_label(text)
        && text.len() <= PORT
        && !text.contains("--")
        && text.contains(|letter: char| letter.is_ascii_lowercase())
}

fn is_qualified(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()].into_iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric));
    ends && bytes.len() <= LABEL && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

/// What stands between the dots of a DNS name.
fn is_part(text: &str) -> bool {
    let is_inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    let ends = bytes.first().is_some_and(is_inner) && bytes.last().is_some_and(is_inner);
    ends && bytes.iter().all(|byte| is_inner(byte) || *byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form() {
        type Form = fn(&str) -> bool;
        let (long, longest) = ("a".repeat(64), "a".repeat(63));
        let table: [(Form, &[&str], &[&str]); 6] = [
            (is_label, &["a", "1-a", &longest], &["", "-a", "a-", "A", "a.b", "a_b", &long]),
            (is_service, &["a-1"], &["1a", "a.b"]),
            (is_subdomain, &["a.b-c.1", &long], &["", "a..b", "a.", ".a", "a.-b", "A", &"a.".repeat(130)]),
            (is_label_value, &["", "A_b.c-1", &longest], &["-a", "a ", "a/b", &long]),
            (is_label_key, &["a", "istio.io/rev", "A_b"], &["", "a/", "/a", "a/b/c", "A.io/x"]),
            (is_port, &["http-tls", "a1"], &["1", "a--b", "a-", "sixteen-letters-"]),
        ];
        for (is, good, bad) in table {
            assert!(good.iter().all(|text| is(text)), "{good:?}");
            assert!(!bad.iter().any(|text| is(text)), "{bad:?}");
        }
        assert!(is_segment("a:b") && !is_segment("a/b") && !is_segment(".."));
    }
}
