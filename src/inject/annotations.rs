//! The annotations whose values istiod checks before it injects, and what each may be.

use core::net::IpAddr;

use serde_json::{Map, Value};

use super::mesh::{MeshConfig, validate_proxy_config};
use crate::error::{Error, Result};
use crate::line::Line;
use crate::object::Quantity;
use crate::yaml;

type Format = fn(&str) -> Result<(), String>;

/// The annotations that hold names of interfaces.
const INTERFACES: [&str; 3] = [
    "traffic.sidecar.istio.io/excludeInterfaces",
    "traffic.sidecar.istio.io/kubevirtInterfaces",
    "istio.io/reroute-virtual-interfaces",
];

/// The annotations that are checked, each with its rule. (`api/annotation` and `inject/validate.go` of Istio 1.30.)
const RULES: [(&str, Format); 19] = [
    ("sidecar.istio.io/interceptionMode", interception_mode),
    ("status.sidecar.istio.io/port", |text| port(text).map(|_| ())),
    ("readiness.status.sidecar.istio.io/initialDelaySeconds", count),
    ("readiness.status.sidecar.istio.io/periodSeconds", count),
    ("readiness.status.sidecar.istio.io/failureThreshold", count),
    ("traffic.sidecar.istio.io/includeOutboundIPRanges", |text| if text == "*" { Ok(()) } else { ip_ranges(text) }),
    ("traffic.sidecar.istio.io/excludeOutboundIPRanges", ip_ranges),
    ("traffic.sidecar.istio.io/includeInboundPorts", |text| if text == "*" { Ok(()) } else { ports(text) }),
    ("traffic.sidecar.istio.io/excludeInboundPorts", ports),
    ("traffic.sidecar.istio.io/excludeOutboundPorts", ports),
    (INTERFACES[0], interfaces),
    (INTERFACES[1], interfaces),
    (INTERFACES[2], interfaces),
    ("prometheus.istio.io/merge-metrics", boolean),
    ("proxy.istio.io/config", proxy_config),
    ("sidecar.istio.io/proxyCPU", quantity),
    ("sidecar.istio.io/proxyMemory", quantity),
    ("sidecar.istio.io/proxyCPULimit", quantity),
    ("sidecar.istio.io/proxyMemoryLimit", quantity),
];

/// Checks the annotations of a pod as the injector of a line does.
///
/// # Errors
/// `bad-annotation` (usage), naming every annotation that is wrong and its rule.
pub(super) fn check(annotations: &Map<String, Value>, line: Line) -> Result<()> {
    let mut wrong = Vec::new();
    let checked = |(name, _): &(&str, Format)| line.checks_interfaces || !INTERFACES.contains(name);
    for (name, rule) in RULES.into_iter().filter(checked) {
        let Some(value) = annotations.get(name).and_then(Value::as_str) else { continue };
        if let Err(why) = rule(value) {
            wrong.push(format!("annotation `{name}` is {value:?}: {why}"));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Error::usage("bad-annotation", wrong.join("; "))
        .hint("istiod refuses a pod with this annotation: correct or remove it"))
}

/// Go's `strconv.ParseBool`.
pub(super) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

fn interception_mode(text: &str) -> Result<(), String> {
    match text {
        "REDIRECT" | "TPROXY" | "NONE" => Ok(()),
        _ => Err("it must be REDIRECT, TPROXY or NONE".into()),
    }
}

fn digits<T: std::str::FromStr>(text: &str) -> Option<T> {
    // Rust's parser takes a leading plus, Go's does not.
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn count(text: &str) -> Result<(), String> {
    digits::<u32>(text).map(|_| ()).ok_or_else(|| "it must be a whole number, 0 or more".into())
}

fn port(text: &str) -> Result<u16, String> {
    digits(text.trim()).ok_or_else(|| format!("{text:?} is not a port (0 to 65535)"))
}

fn ports(text: &str) -> Result<(), String> {
    let text = text.trim();
    if text.is_empty() { Ok(()) } else { text.split(',').try_for_each(|one| port(one).map(|_| ())) }
}

fn ip_ranges(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    text.split(',').try_for_each(|range| {
        let bad = || format!("{range:?} is not an IP range such as 10.0.0.0/8");
        let (address, bits) = range.split_once('/').ok_or_else(bad)?;
        let address: IpAddr = address.parse().map_err(|_| bad())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let leading_zero = bits.len() > 1 && bits.starts_with('0');
        digits::<u32>(bits).filter(|bits| *bits <= most && !leading_zero).map(|_| ()).ok_or_else(bad)
    })
}

fn interfaces(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    text.split(',').map(str::trim).try_for_each(|name| {
        let letters = name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
        if letters && name.len() <= 15 {
            return Ok(());
        }
        Err(format!(
            "{name:?} is not the name of an interface (a letter first, then letters, digits, `_.-`; at most 15)"
        ))
    })
}

fn boolean(text: &str) -> Result<(), String> {
    parse_bool(text).map(|_| ()).ok_or_else(|| "it must be true or false".into())
}

fn quantity(text: &str) -> Result<(), String> {
    Quantity::parse(text).map(|_| ()).ok_or_else(|| "it must be a quantity such as 100m or 128Mi".into())
}

fn proxy_config(text: &str) -> Result<(), String> {
    let given = yaml::document("proxy.istio.io/config", text).map_err(|error| error.to_string())?;
    let proxy = MeshConfig::proxy_defaults().with_proxy(&given)?;
    let wrong = validate_proxy_config(&proxy);
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_rule_takes_what_is_right_and_refuses_what_is_wrong() {
        let table: &[(&str, &[&str], &[&str])] = &[
            ("sidecar.istio.io/interceptionMode", &["NONE", "TPROXY"], &["none", ""]),
            ("status.sidecar.istio.io/port", &["0", "15020", " 1"], &["", "65536", "+1", "x"]),
            ("readiness.status.sidecar.istio.io/periodSeconds", &["0", "9"], &["-1", "1.5", ""]),
            (
                "traffic.sidecar.istio.io/includeOutboundIPRanges",
                &["*", "", "10.0.0.0/8,::/0"],
                &["10.0.0.0", "10.0.0.0/33", "*,10.0.0.0/8", "10.0.0.0/08"],
            ),
            ("traffic.sidecar.istio.io/excludeOutboundIPRanges", &[""], &["*"]),
            ("traffic.sidecar.istio.io/includeInboundPorts", &["*", "80, 81", ""], &["80,", "http"]),
            ("traffic.sidecar.istio.io/excludeInboundPorts", &["80"], &["*"]),
            (
                "traffic.sidecar.istio.io/kubevirtInterfaces",
                &["net1,net2", "eth0.1"],
                &["1net", "a,,b", "averyveryverylongname"],
            ),
            ("prometheus.istio.io/merge-metrics", &["true", "F"], &["yes"]),
            ("sidecar.istio.io/proxyCPU", &["100m", "0.5"], &["", "100x", "1 "]),
            (
                "proxy.istio.io/config",
                &["concurrency: 2", "{}", ""],
                &["concurrency: many", "a: b: c", "statusPort: 99999"],
            ),
        ];
        for (name, right, wrong) in table {
            let of = |value: &str, line| check(json!({*name: value}).as_object().expect("a map"), line);
            let checked = |value: &str| of(value, Line::default());
            right.iter().for_each(|value| assert!(checked(value).is_ok(), "{name}: {value}"));
            wrong.iter().for_each(|value| {
                assert!(checked(value).is_err_and(|e| e.to_string().contains(name)), "{name}: {value}")
            });
            // Lines before 1.30 hand names of interfaces on as they are.
            let old = Line::of_version("1.29.6").unwrap_or_default();
            assert!(wrong.iter().all(|value| of(value, old).is_ok() == INTERFACES.contains(name)), "{name}");
        }
        assert!(check(json!({"other": "x"}).as_object().expect("a map"), Line::default()).is_ok());
    }
}
