//! Every image that an installation and the pods it injects would pull.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Bundle, InjectorTexts, Target, render};
use crate::config::{ComponentKind, Config};
use crate::error::Result;

/// The image of a container that injection fills in.
const FILLED_IN: &str = "auto";
/// The image of the pod that is injected to see which images injection brings.
const SAMPLE: &str = "sample";

/// The images, each with the components that use it; `injected pods` is one of those.
///
/// # Errors
/// As [`render`], and those of the injector's templates.
pub fn images(config: &Config) -> Result<BTreeMap<String, BTreeSet<String>>> {
    images_of(&render(config, &Target::default())?, config)
}

/// The same of what `config` was rendered to.
///
/// # Errors
/// Those of the injector's templates.
pub fn images_of(bundle: &Bundle, config: &Config) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for rendered in &bundle.components {
        for image in rendered.objects.iter().flat_map(|object| pod_images(object.at("/spec/template/spec"))) {
            used.entry(image).or_default().insert(rendered.component.name.to_owned());
        }
    }
    if bundle.components.iter().any(|rendered| rendered.component.kind == ComponentKind::ControlPlane) {
        for image in injected(bundle, config)? {
            used.entry(image).or_default().insert("injected pods".to_owned());
        }
    }
    used.remove(FILLED_IN);
    used.remove(SAMPLE);
    Ok(used)
}

/// The images that injection adds to a plain pod: the proxy's, and that of what prepares the pod's network.
fn injected(bundle: &Bundle, config: &Config) -> Result<Vec<String>> {
    let Ok(texts) = InjectorTexts::of(bundle, config) else {
        // The injector is configured elsewhere (profile remote): its images are that control plane's.
        return Ok(Vec::new());
    };
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": SAMPLE, "namespace": "default" },
        "spec": { "containers": [{ "name": SAMPLE, "image": SAMPLE }] },
    });
    let outcome = texts.injector(false)?.inject(pod)?;
    Ok(pod_images(outcome.object.get("spec")))
}

fn pod_images(spec: Option<&Value>) -> Vec<String> {
    let lists = ["initContainers", "containers"].iter().filter_map(|list| spec?.get(list)?.as_array());
    lists.flatten().filter_map(|container| container["image"].as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Inputs};

    #[test]
    fn every_component_and_injection_name_their_images() -> Result<()> {
        let sets = vec!["profile=ambient".to_owned(), "hub=h".to_owned(), "tag=1".to_owned()];
        let config = config::load(&Inputs { sets, ..Inputs::default() })?;
        let bundle = render(&config, &Target::default())?;
        let injected: BTreeSet<String> = injected(&bundle, &config)?.into_iter().collect();
        assert!(injected.iter().any(|image| image.starts_with("h/proxyv2:1")), "{injected:?}");
        let used = images(&config)?;
        let by = |who: &str| used.values().any(|users| users.contains(who));
        assert!(by("istiod") && by("ztunnel") && by("injected pods") && !used.contains_key(SAMPLE), "{used:?}");
        Ok(())
    }
}
