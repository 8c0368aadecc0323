//! `mesh images`: every image that an installation and the pods it injects would pull.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::injector::{self, Texts};
use super::inputs;
use super::settings::Settings;
use crate::cli::{ImagesArgs, TextOutput};
use crate::config;
use crate::error::Result;
use crate::inject::Injector;
use crate::render::{self, Bundle, Target};
use crate::ui::{self, sanitize};

/// The image of a container that injection fills in.
const FILLED_IN: &str = "auto";
/// The image of the pod that is injected to see which images injection brings.
const SAMPLE: &str = "sample";

/// Prints the images, each with what uses it; makes no connection.
pub(super) fn run(settings: &Settings, args: ImagesArgs) -> Result<()> {
    let ImagesArgs { render, output } = args;
    let config = config::load(&inputs::read(render)?)?;
    let bundle = render::render(&config, &Target::default())?;
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for rendered in &bundle.components {
        for image in rendered.objects.iter().flat_map(|object| pod_images(object.at("/spec/template/spec"))) {
            used.entry(image).or_default().insert(rendered.component.name.to_owned());
        }
    }
    if bundle.components.iter().any(|rendered| rendered.component.kind == config::ComponentKind::ControlPlane) {
        for image in injected(&bundle, &config)? {
            used.entry(image).or_default().insert("injected pods".to_owned());
        }
    }
    used.remove(FILLED_IN);
    used.remove(SAMPLE);
    let text = match output {
        TextOutput::Text => used.keys().map(|image| sanitize(image) + "\n").collect(),
        TextOutput::Json => {
            let images = used.iter().map(|(image, users)| json!({ "image": image, "usedBy": users }));
            let images: Vec<Value> = images.collect();
            ui::json(&json!({ "apiVersion": "mesh/v1", "kind": "ImageList", "images": images }))
        }
    };
    settings.ui.result(&text)
}

/// The images that injection adds to a plain pod: the proxy's, and that of what prepares the pod's network.
fn injected(bundle: &Bundle, config: &config::Config) -> Result<Vec<String>> {
    let Ok(texts) = Texts::of(bundle, config) else {
        // The injector is configured elsewhere (profile remote): its images are that control plane's.
        return Ok(Vec::new());
    };
    let injector: Injector = injector::of(&texts, false)?;
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": SAMPLE, "namespace": "default" },
        "spec": { "containers": [{ "name": SAMPLE, "image": SAMPLE }] },
    });
    let outcome = injector.inject(pod)?;
    Ok(pod_images(outcome.object.get("spec")))
}

fn pod_images(spec: Option<&Value>) -> Vec<String> {
    let lists = ["initContainers", "containers"].iter().filter_map(|list| spec?.get(list)?.as_array());
    lists.flatten().filter_map(|container| container["image"].as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Inputs;

    #[test]
    fn every_component_and_injection_name_their_images() -> Result<()> {
        let sets = vec!["profile=ambient".to_owned(), "hub=h".to_owned(), "tag=1".to_owned()];
        let config = config::load(&Inputs { sets, ..Inputs::default() })?;
        let bundle = render::render(&config, &Target::default())?;
        let images: BTreeSet<String> = injected(&bundle, &config)?.into_iter().collect();
        assert!(images.iter().any(|image| image.starts_with("h/proxyv2:1")), "{images:?}");
        Ok(())
    }
}
