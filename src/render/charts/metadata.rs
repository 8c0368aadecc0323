//! `.Chart`: what `Chart.yaml` says of a chart.

use gotemplate::Value;
use serde_json::Value as Json;

use crate::error::{Error, Result};

/// The fields of `Chart.yaml` that are text, and what templates call them.
const TEXTS: [(&str, &str); 9] = [
    ("apiVersion", "APIVersion"),
    ("appVersion", "AppVersion"),
    ("condition", "Condition"),
    ("description", "Description"),
    ("home", "Home"),
    ("icon", "Icon"),
    ("kubeVersion", "KubeVersion"),
    ("tags", "Tags"),
    ("type", "Type"),
];

/// The fields that are lists or maps.
const TREES: [(&str, &str); 5] = [
    ("annotations", "Annotations"),
    ("dependencies", "Dependencies"),
    ("keywords", "Keywords"),
    ("maintainers", "Maintainers"),
    ("sources", "Sources"),
];

/// The chart's name, and `.Chart`. `folder` is how errors call the chart.
pub(super) fn read(folder: &str, file: &Json) -> Result<(String, Value)> {
    let needed = |field: &str| {
        file[field].as_str().filter(|text| !text.is_empty()).map(str::to_owned).ok_or_else(|| {
            Error::usage("no-chart", format!("charts/{folder}/Chart.yaml: there is no `{field}`"))
                .hint("give --manifests the `manifests` folder of an Istio release, or the release archive")
        })
    };
    let (name, version) = (needed("name")?, needed("version")?);
    let texts = TEXTS.map(|(field, shown)| (shown, file[field].as_str().unwrap_or_default().into()));
    let trees = TREES.map(|(field, shown)| (shown, Value::from_json_floats(&file[field])));
    let others = [
        ("Name", name.as_str().into()),
        ("Version", version.into()),
        ("Deprecated", file["deprecated"].as_bool().unwrap_or_default().into()),
        ("IsRoot", true.into()),
    ];
    Ok((name, Value::map(texts.into_iter().chain(trees).chain(others))))
}
