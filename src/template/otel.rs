//! What OpenTelemetry is told about a workload: the value of `OTEL_RESOURCE_ATTRIBUTES`, by the semantic conventions for
//! services in Kubernetes.

use gotemplate::{Functions, Value};
use serde_json::Value as Json;

use super::functions::text;
use super::maps::texts;

/// The attributes with commas; empty where no tracing provider of the mesh asks for them.
fn attributes(args: &[Value]) -> Result<String, String> {
    let providers = match args.first() {
        // Not the whole of a mesh's configuration, which is large.
        Some(Value::Object(mesh)) => mesh.field("ExtensionProviders").unwrap_or_default().to_json()?,
        Some(other) => other.to_json()?["extensionProviders"].take(),
        None => Json::Null,
    };
    let asks = |provider: &Json| {
        let given = &provider["opentelemetry"]["serviceAttributeEnrichment"];
        given == "OTEL_SEMANTIC_CONVENTIONS"
    };
    if !providers.as_array().into_iter().flatten().any(asks) {
        return Ok(String::new());
    }
    let annotations = texts(args.get(1))?;
    let labels = texts(args.get(2))?;
    let namespace = text(args.get(3))?;
    let containers = args.get(4).unwrap_or(&Value::Nil).to_json()?;
    let containers = containers.as_array().map(Vec::as_slice).unwrap_or_default();

    let own = |name: &str| {
        annotations.get(&format!("resource.opentelemetry.io/{name}")).filter(|value| !value.is_empty()).cloned()
    };
    let service_namespace =
        own("service.namespace").or_else(|| Some(namespace.clone()).filter(|name| !name.is_empty()));
    let service_version = own("service.version")
        .or_else(|| labels.get("app.kubernetes.io/version").filter(|value| !value.is_empty()).cloned())
        .or_else(|| match containers {
            [only] => image_version(only["image"].as_str().unwrap_or_default()),
            _ => None,
        });
    let instance = own("service.instance.id").or_else(|| {
        let name = containers.first()?["name"].as_str().unwrap_or_default();
        // The pod's name is known to the kubelet alone, which fills it in.
        Some(format!("{namespace}.$(POD_NAME).{name}"))
    });
    let all = [
        ("service.namespace", service_namespace),
        ("service.version", service_version),
        ("service.instance.id", instance),
    ];
    let told: Vec<String> = all.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?))).collect();
    Ok(told.join(","))
}

/// Tag and digest of an image (`1.0@sha256:…`), or the one it has.
fn image_version(image: &str) -> Option<String> {
    let (image, digest) = image.split_once('@').map_or((image, None), |(image, digest)| (image, Some(digest)));
    let tag = image.rsplit('/').next().unwrap_or_default().rsplit_once(':').map(|(_, tag)| tag);
    match (tag.filter(|tag| !tag.is_empty()), digest.filter(|digest| !digest.is_empty())) {
        (Some(tag), Some(digest)) => Some(format!("{tag}@{digest}")),
        (tag, digest) => tag.or(digest).map(str::to_owned),
    }
}

pub(super) fn add(functions: &mut Functions) {
    functions.insert("otelResourceAttributes", |_, args| -> Result<Value, String> { Ok(attributes(args)?.into()) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_tag_and_digest() {
        let table = [
            ("nginx:1.21", Some("1.21")),
            ("nginx@sha256:abc", Some("sha256:abc")),
            ("nginx:1.21@sha256:abc", Some("1.21@sha256:abc")),
            ("registry:5000/nginx", None),
            ("registry:5000/nginx:1", Some("1")),
        ];
        for (image, want) in table {
            assert_eq!(image_version(image).as_deref(), want, "{image}");
        }
    }
}
