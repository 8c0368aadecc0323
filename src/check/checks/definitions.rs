//! The CRDs of an Istio that is there already.

use super::{Check, Outcome, Verdict, When};
use crate::check::Facts;
use crate::object::Object;

pub(super) const CHECK: Check = Check {
    id: "definitions",
    title: "CRDs that are there serve what this version writes",
    when: When::Before,
    hint: "mesh install updates them; objects of versions that go have to be rewritten before: kubectl get KIND -A -o yaml | kubectl apply -f -",
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
        }
    }
    if !errors.is_empty() {
        return Verdict::new(Outcome::Failed, errors);
    }
    Verdict::unless_empty(Outcome::Warning, warnings, "nothing older is there")
}
