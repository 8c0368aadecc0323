//! The CRDs of an Istio that is there already.

use serde_json::Value;

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;
use crate::object::Object;
use crate::text;

pub(super) const CHECK: Check = Check {
    id: "definitions",
    title: "CRDs that are there are those of this version",
    when: When::Before,
    hint: "mesh install updates them",
    run,
};

/// Where an installation leaves them out.
const APART: &str = "with CRDs among its components mesh install updates them: --set components.base.enabled=true; without an \
                     installation: mesh manifest generate --set profile=empty --set components.base.enabled=true | kubectl \
                     apply --server-side --force-conflicts -f -";

fn run(facts: &Facts) -> Verdict {
    let Some(definitions) = &facts.definitions else { return Verdict::skipped("CRDs may not be read") };
    let is_definition = |one: &&Object| one.kind() == "CustomResourceDefinition";
    let asked: Vec<&Object> = facts.wanted.iter().filter(is_definition).collect();
    let own: Vec<&Object> = if asked.is_empty() { facts.own_definitions.iter().collect() } else { asked.clone() };
    let (mut warnings, mut errors, mut rewrite) = (Vec::new(), Vec::new(), None);
    for wanted in own {
        match definitions.iter().find(|one| one.name() == wanted.name()) {
            Some(there) => {
                warnings.extend(older(wanted, there));
                let unknown = unknown_versions(wanted, there);
                if !unknown.is_empty() {
                    errors.extend(unknown);
                    rewrite.get_or_insert_with(|| rewriting(there));
                }
            }
            // An installation brings it, unless there is one already or it leaves CRDs out.
            None if asked.is_empty() || facts.control_planes().next().is_some() => {
                warnings.push(format!("{} is not there", wanted.name()));
            }
            None => {}
        }
    }
    if !errors.is_empty() {
        return Verdict { hint: rewrite, ..Verdict::new(Grade::Failed, errors) };
    }
    let verdict = Verdict::unless_empty(Grade::Warning, warnings, "nothing older is there");
    if asked.is_empty() { verdict.hint(APART) } else { verdict }
}

/// What a CRD lacks of this version's: versions that are served, and fields of their schemas.
fn older(wanted: &Object, there: &Object) -> Option<String> {
    let served = |object: &Object| -> Vec<Value> {
        object.list("/spec/versions").iter().filter(|one| one["served"] == true).cloned().collect()
    };
    let (new, old) = (served(wanted), served(there));
    let same = |version: &Value| old.iter().find(|one| one["name"] == version["name"]);
    let lacking = new.iter().filter(|version| same(version).is_none()).filter_map(|version| version["name"].as_str());
    let lacking: Vec<&str> = lacking.collect();
    if !lacking.is_empty() {
        return Some(format!("{} does not serve {} yet", there.name(), lacking.join(", ")));
    }
    let mut fields = Vec::new();
    for (version, known) in new.iter().filter_map(|version| Some((version, same(version)?))) {
        let schema = |one: &Value| one["schema"]["openAPIV3Schema"]["properties"]["spec"].clone();
        missing_fields(&schema(version), &schema(known), "spec", &mut fields);
    }
    fields.sort();
    fields.dedup();
    let first = fields.first()?;
    let more = text::more(fields.len() - 1).map(|more| format!(", {more}")).unwrap_or_default();
    Some(format!("{} is of an older version: it does not have {first}{more}", there.name()))
}

/// The fields, and values of enumerations, of one schema that another does not have.
fn missing_fields(wanted: &Value, there: &Value, path: &str, found: &mut Vec<String>) {
    if there["x-kubernetes-preserve-unknown-fields"] == true {
        return;
    }
    for (name, schema) in wanted["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        match there["properties"].get(name) {
            Some(known) => missing_fields(schema, known, &path, found),
            None => found.push(path),
        }
    }
    if let (Some(new), Some(old)) = (wanted["enum"].as_array(), there["enum"].as_array()) {
        let values = new.iter().filter(|value| !old.contains(value)).filter_map(Value::as_str);
        found.extend(values.map(|value| format!("{path}={value}")));
    }
    for (part, shown) in [("items", "[]"), ("additionalProperties", ".*")] {
        if wanted[part].is_object() && there[part].is_object() {
            missing_fields(&wanted[part], &there[part], &format!("{path}{shown}"), found);
        }
    }
}

/// The versions that objects are stored as and this version does not know.
fn unknown_versions(wanted: &Object, there: &Object) -> Vec<String> {
    let stored = there.list("/status/storedVersions").iter().filter_map(|one| one.as_str());
    let unknown = stored.filter(|one| wanted.list("/spec/versions").iter().all(|known| known["name"] != *one));
    unknown
        .map(|version| format!("{} has objects stored as {version}, which this version does not know", there.name()))
        .collect()
}

/// How the objects of a CRD are stored anew in the version that it stores now, and how the server learns that they are.
fn rewriting(crd: &Object) -> String {
    let name = crd.name();
    let stored = crd.list("/spec/versions").iter().find(|one| one["storage"] == true);
    let version = stored.and_then(|one| one["name"].as_str()).unwrap_or_default();
    let patch = serde_json::json!({"status": {"storedVersions": [version]}});
    format!(
        "kubectl get {name} -A -o yaml | kubectl replace -f - (where there are any), then \
         kubectl patch crd {name} --subresource=status --type=merge -p '{patch}'"
    )
}
