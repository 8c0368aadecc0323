//! Texts that have to have a form: revisions, image hubs and tags, names, ports, address ranges.

use std::net::IpAddr;

use serde_json::Value;

use crate::object::names;
use crate::yaml;

/// What a revision is put behind in the name of istiod's Service, the shortest of the names that it becomes part of.
const SERVICE_OF: &str = "istiod-";

/// A revision becomes part of names and a label: a DNS-1123 label that fits into them. What is wrong with it, if anything.
pub(crate) fn revision(revision: &str) -> Result<(), String> {
    let most = names::LABEL - SERVICE_OF.len();
    if names::is_label(revision) && revision.len() <= most {
        return Ok(());
    }
    Err(format!(
        "`{revision}` is no revision: lower-case letters, digits and `-`, at most {most} (istiod's Service is called \
         {SERVICE_OF}REVISION), a letter or digit at both ends"
    ))
}

/// A hub is a registry, or a path in one: `docker.io/istio`, `localhost:5000`.
pub(super) fn hub(hub: &str) -> Result<(), String> {
    let (host, path) = match hub.split_once('/') {
        Some((host, path)) if is_host_like(host) => (host, path),
        None if is_host_like(hub) => (hub, ""),
        _ => ("", hub),
    };
    if !host.is_empty() && !is_host(host) {
        return Err(format!("`{hub}` is no image registry: `{host}` is no host"));
    }
    let repository = if path.is_empty() { "pilot".to_owned() } else { format!("{path}/pilot") };
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-./".contains(&byte);
    if !repository.bytes().all(allowed) || repository.len() > 255 || repository.contains("//") || hub.starts_with('/') {
        return Err(format!("`{hub}` is no image registry: a path is lower-case letters, digits and `_-./`"));
    }
    Ok(())
}

/// What a Docker reference takes for a host: the part before the first `/` with a dot or a port, or `localhost`.
fn is_host_like(text: &str) -> bool {
    text.contains(['.', ':']) || text == "localhost"
}

fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host_fits = match bracketed {
        Some(address) => address.parse::<IpAddr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
    };
    host_fits && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

/// A tag of an image.
pub(super) fn tag(tag: &str) -> Result<(), String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    if (1..=128).contains(&tag.len()) && tag.bytes().all(allowed) {
        return Ok(());
    }
    Err(format!("`{tag}` is no image tag: letters, digits and `_-.`, at most 128"))
}

/// A name of a gateway, which its Service has too.
pub(super) fn gateway(name: &str) -> Result<(), String> {
    // Charts write it without quotes.
    if names::is_service(name) && is_text(name) {
        return Ok(());
    }
    Err(format!(
        "`{name}` is no name of a gateway, as its Service has it too: lower-case letters, digits and `-`, at most {}, with \
         a letter first and no `-` last, and no word that YAML takes for something else",
        names::LABEL
    ))
}

/// When images are pulled.
pub(super) fn pull_policy(policy: &str) -> Result<(), String> {
    const POLICIES: [&str; 3] = ["Always", "IfNotPresent", "Never"];
    if POLICIES.contains(&policy) {
        return Ok(());
    }
    Err(format!("`{policy}` is none of {}", POLICIES.join(", ")))
}

/// An address without a port: of IP, or a DNS name.
pub(super) fn address(address: &str) -> Result<(), String> {
    let is_numeric = address.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_host = || !is_numeric && names::is_host(address);
    match address.parse::<IpAddr>() {
        // No endpoint may have these (Kubernetes' ValidateEndpointIP).
        Ok(ip) if ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() || is_link_local(ip) => {
            Err(format!("`{address}` leads nowhere from another host: no loopback, link-local or multicast address"))
        }
        Ok(_) => Ok(()),
        Err(_) if is_host() => Ok(()),
        Err(_) => Err(format!("`{address}` is no address: an IP address or a DNS name, without a port")),
    }
}

fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

/// Whether YAML reads a name that is written as it is as text.
fn is_text(name: &str) -> bool {
    name.is_empty() || matches!(yaml::document("name", name), Ok(Value::String(_)))
}

/// Ports separated by commas, each a number or `*`.
pub(super) fn ports(list: &str) -> Result<(), String> {
    let wrong = list.split(',').find(|port| !matches!(*port, "" | "*") && port.parse::<u16>().is_err());
    match wrong {
        Some(port) => Err(format!("`{port}` is no port: a number from 0 to 65535, or `*`")),
        None => Ok(()),
    }
}

/// Address ranges separated by commas (`10.0.0.0/8`), or `*`.
pub(super) fn ranges(list: &str) -> Result<(), String> {
    if matches!(list, "" | "*") {
        return Ok(());
    }
    match list.split(',').find(|range| !is_range(range)) {
        Some(range) => Err(format!("`{range}` is no address range such as 10.0.0.0/8")),
        None => Ok(()),
    }
}

fn is_range(text: &str) -> bool {
    let Some((address, bits)) = text.rsplit_once('/') else { return false };
    let digits =
        !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit()) && (bits == "0" || !bits.starts_with('0'));
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    digits && bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(rule: impl Fn(&str) -> Result<(), String>, good: &[&str], bad: &[&str]) {
        for text in good {
            assert_eq!(rule(text), Ok(()), "{text}");
        }
        for text in bad {
            assert!(rule(text).is_err(), "{text}");
        }
    }

    #[test]
    fn forms() {
        let (fits, long) = ("a".repeat(56), "a".repeat(57));
        holds(revision, &["a", "1-30-3", "canary", &fits], &["", "-a", "a-", "A", "a.b", "Not_A_Label", &long]);
        let hubs =
            ["docker.io/istio", "localhost:5000", "localhost:5000/a/b", "istio", "[::1]:5000/x", "h.example.com"];
        holds(
            hub,
            &hubs,
            &["a b", "docker.io/Istio", "Istio", "h:port/x", "https://docker.io/istio", "x.io/a:b", "/x"],
        );
        holds(tag, &["1.30.3", "v1_a-b", "A"], &["", "a b", "a/b", "a:b", &"a".repeat(129)]);
        holds(
            gateway,
            &["a", "a-b-1", &"a".repeat(63)],
            &["A", "a_b", "a b", "a.b", "a-", "1", "true", "null", "yes", &"a".repeat(64)],
        );
        holds(pull_policy, &["Always", "Never"], &["Sometimes", "always"]);
        let wrong = [
            "host:15012",
            "10.0.0.1:15012",
            "a b",
            "a_b.c",
            "A",
            "10.0.0.300",
            "127.0.0.1",
            "::1",
            "169.254.1.1",
            "224.0.0.1",
        ];
        holds(address, &["10.0.0.1", "fd00::1", "istiod.example.com", "a."], &wrong);
        holds(ports, &["", "*", "80", "80,443", "80,*", "80,"], &["x", "-1", "65536", "80, 443", "222x"]);
        holds(
            ranges,
            &["", "*", "10.0.0.0/8", "10.0.0.0/8,fd00::/8"],
            &["*,10.0.0.0/8", "10.0.0.0", "1.1.0.256/16", "1.2.3/16", "3.3.0.0/33", "1.1.1.1/08"],
        );
    }
}
