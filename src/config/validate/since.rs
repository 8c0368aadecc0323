//! What a line of Istio does not have yet: its charts would not read it, or its istiod not know it.

use serde_json::Value;

use super::Finding;
use crate::config::merge::at;
use crate::line::Line;
use crate::yaml::Place;

/// A key below `spec`, the word of it that is meant where it is not the key itself, and the minor version that brought it.
type New = (&'static str, Option<&'static str>, u32);

/// What came after the oldest line that is known (the protos of values and of mesh configuration of 1.28.10, 1.29.6, 1.30.3
/// and 1.31.0-rc.0). What istiod skips in a mesh configuration is not among it.
const NEW: [New; 7] = [
    ("values.global.agentgateway", None, 29),
    ("values.pilot.crlConfigMapName", None, 29),
    ("values.cni.useAppArmorAnnotation", None, 30),
    ("values.global.enableReaderRBAC", None, 30),
    ("values.pilot.taint.name", None, 30),
    ("meshConfig.outboundTrafficPolicy.mode", Some("ALLOW_ANY_DYNAMIC_DNS"), 30),
    ("values.global.readerServiceAccount", None, 31),
];

/// Finds what is newer than manifests of `line`.
pub(super) fn check(tree: &Value, line: Line, findings: &mut Vec<Finding>) {
    for (path, word, minor) in NEW.into_iter().filter(|(.., minor)| *minor > line.minor) {
        let is_meant = |value: &&Value| !value.is_null() && word.is_none_or(|word| *value == word);
        if at(&tree["spec"], path).filter(is_meant).is_none() {
            continue;
        }
        let shown = word.map_or_else(|| format!("`{path}`"), |word| format!("{word} of `{path}`"));
        findings.push(Finding {
            id: "unknown-key",
            path: std::iter::once("spec").chain(path.split('.')).map(Place::key).collect(),
            message: format!("{shown} is new in Istio 1.{minor}, and the manifests are of {line}"),
            hints: vec![format!("leave it out, or take the manifests of a later version: --version 1.{minor}.PATCH")],
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_line_does_not_have_is_named() {
        let tree = json!({"spec": {
            "values": {"pilot": {"taint": {"name": "t"}, "crlConfigMapName": null}, "global": {"readerServiceAccount": {}}},
            "meshConfig": {"outboundTrafficPolicy": {"mode": "ALLOW_ANY_DYNAMIC_DNS"}},
        }});
        let of = |version: &str| {
            let mut findings = Vec::new();
            check(&tree, Line::of_version(version).unwrap_or_default(), &mut findings);
            findings.into_iter().map(|finding| finding.message).collect::<Vec<_>>()
        };
        assert_eq!(
            of("1.29.6"),
            [
                "`values.pilot.taint.name` is new in Istio 1.30, and the manifests are of 1.29",
                "ALLOW_ANY_DYNAMIC_DNS of `meshConfig.outboundTrafficPolicy.mode` is new in Istio 1.30, and the manifests are of 1.29",
                "`values.global.readerServiceAccount` is new in Istio 1.31, and the manifests are of 1.29",
            ]
        );
        assert_eq!(of("1.30.3").len(), 1);
        assert_eq!(of("1.31.0"), Vec::<String>::new());
        let other = json!({"spec": {"meshConfig": {"outboundTrafficPolicy": {"mode": "ALLOW_ANY"}}}});
        let mut findings = Vec::new();
        check(&other, Line::of_version("1.28.0").unwrap_or_default(), &mut findings);
        assert!(findings.is_empty());
    }
}
