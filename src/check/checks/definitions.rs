//! The CRDs of an Istio that is there already.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;
use crate::object::Object;

pub(super) const CHECK: Check = Check {
    id: "definitions",
    title: "CRDs that are there serve what this version writes",
    when: When::Before,
    hint: "mesh install updates them",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let Some(definitions) = &facts.definitions else { return Verdict::skipped("CRDs may not be read") };
    let there = |wanted: &&Object| definitions.iter().find(|one| one.name() == wanted.name());
    let served = |object: &Object| -> Vec<String> {
        let versions = object.list("/spec/versions").iter().filter(|one| one["served"] == true);
        versions.filter_map(|one| one["name"].as_str().map(str::to_owned)).collect()
    };
    let mut warnings = Vec::new();
    let mut errors = Vec::new();
    let mut rewrite = None;
    for wanted in facts.wanted.iter().filter(|one| one.kind() == "CustomResourceDefinition") {
        let Some(there) = there(&wanted) else { continue };
        let (new, old) = (served(wanted), served(there));
        let missing: Vec<&str> = new.iter().filter(|one| !old.contains(one)).map(String::as_str).collect();
        if !missing.is_empty() {
            warnings.push(format!("{} does not serve {} yet", there.name(), missing.join(", ")));
        }
        let stored = there.list("/status/storedVersions").iter().filter_map(|one| one.as_str());
        for version in stored.filter(|one| wanted.list("/spec/versions").iter().all(|known| known["name"] != *one)) {
            errors.push(format!("{} has objects stored as {version}, which this version does not know", there.name()));
            rewrite.get_or_insert_with(|| rewriting(there));
        }
    }
    if !errors.is_empty() {
        return Verdict { hint: rewrite, ..Verdict::new(Grade::Failed, errors) };
    }
    Verdict::unless_empty(Grade::Warning, warnings, "nothing older is there")
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
