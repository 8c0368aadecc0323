//! What the cluster runs on, where Istio has to know.

use super::{Check, Grade, Verdict, When};
use crate::check::Facts;
use crate::object::Object;

pub(super) const CHECK: Check = Check {
    id: "platform",
    title: "The settings fit what the cluster runs on",
    when: When::Before,
    hint: "mesh install --set values.global.platform=NAME; mesh install finds most platforms by itself",
    run,
};

fn run(facts: &Facts) -> Verdict {
    let Some(platform) = &facts.platform else { return Verdict::passed("no platform that needs settings was found") };
    // What is there was installed for a platform, or for none: its own values say so.
    let said = facts.control_planes().next().and_then(platform_of);
    match said {
        Some(said) if said != *platform => {
            let reason = format!("this is {platform}, and istiod was installed for {said}");
            Verdict::new(Grade::Warning, vec![reason])
                .hint(format!("mesh install --set values.global.platform={platform}"))
        }
        _ => Verdict::passed(platform.clone()),
    }
}

fn platform_of(istiod: &Object) -> Option<String> {
    let containers = istiod.list("/spec/template/spec/containers");
    let variables = containers.iter().flat_map(|one| one["env"].as_array().into_iter().flatten());
    let said = variables.into_iter().find(|one| one["name"] == "PLATFORM")?["value"].as_str()?;
    Some(said.to_owned()).filter(|said| !said.is_empty())
}
