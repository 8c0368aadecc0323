//! What an injection template sees: the pod, its owner, the mesh and the values of the installation.

use std::rc::Rc;

use serde_json::{Map, Value as Json};

use super::mesh::MeshConfig;
use super::owner::Owner;
use super::structs::Struct;
use crate::istio::label;
use crate::line::Line;
use crate::template::{Object, Value};

/// The data of one rendering (`SidecarTemplateData` of Istio 1.30, with the `ProxyInitImage` that 1.31 added, which earlier templates
/// do not read). A field it does not have is an error, as in Go.
pub(super) struct Data {
    fields: Vec<(&'static str, Value)>,
}

/// What [`Data`] is made of.
pub(super) struct Parts<'a> {
    /// The pod as the user wrote it: without what an earlier injection added.
    pub(super) pod: Json,
    pub(super) owner: &'a Owner,
    pub(super) proxy_value: Value,
    pub(super) mesh: &'a MeshConfig,
    pub(super) mesh_value: Value,
    pub(super) values: Value,
    pub(super) revision: &'a str,
    pub(super) native_sidecars: bool,
    pub(super) image: String,
    /// The image of `istio-init`.
    pub(super) init_image: String,
    /// User and group of the proxy.
    pub(super) ids: (i64, i64),
    pub(super) compliance_policy: &'a str,
}

impl Data {
    pub(super) fn of(parts: Parts<'_>) -> Value {
        let Parts {
            mut pod,
            owner,
            proxy_value,
            mesh,
            mesh_value,
            values,
            revision,
            native_sidecars,
            image,
            init_image,
            ids,
            compliance_policy,
        } = parts;
        let inbound = if mesh.text("inboundTrafficPolicy.mode") == "LOCALHOST" { "localhost" } else { "passthrough" };
        let fields = vec![
            ("TypeMeta", texts(&[("APIVersion", &owner.api_version), ("Kind", &owner.kind)])),
            ("DeploymentMeta", texts(&[("Name", &owner.name), ("Namespace", &owner.namespace)])),
            ("ObjectMeta", Struct::of_kind("ObjectMeta", pod["metadata"].take())),
            ("Spec", Struct::of_kind("PodSpec", pod["spec"].take())),
            ("ProxyConfig", proxy_value),
            ("MeshConfig", mesh_value),
            ("Values", values),
            ("Revision", revision.into()),
            ("NativeSidecars", native_sidecars.into()),
            ("ProxyImage", image.into()),
            ("ProxyInitImage", init_image.into()),
            ("ProxyUID", Value::Int(ids.0)),
            ("ProxyGID", Value::Int(ids.1)),
            ("InboundTrafficPolicyMode", inbound.into()),
            ("CompliancePolicy", compliance_policy.into()),
        ];
        Value::object(Self { fields })
    }
}

impl Object for Data {
    fn field(&self, name: &str) -> Option<Value> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    }

    fn type_name(&self) -> &str {
        "*inject.SidecarTemplateData"
    }

    fn value(&self) -> Value {
        Value::map(self.fields.iter().map(|(name, value)| (*name, value.clone())))
    }
}

fn texts(fields: &[(&str, &str)]) -> Value {
    Value::map(fields.iter().map(|(name, text)| (Rc::<str>::from(*name), Value::from(*text))))
}

/// The variant of images that the configuration of a proxy names; it may name none, which is one too before 1.31.
pub(super) fn variant(proxy: &MeshConfig, line: Line) -> Option<String> {
    let variant = proxy.at("image").map(|image| scalar(&image["imageType"]))?;
    Some(variant).filter(|variant| !(variant.is_empty() && line.empty_image_type_is_none))
}

/// The image of a container of Istio's, by the settings `global.WHOSE.image` (`proxy`, or `proxy_init` for `istio-init`): a name with
/// a slash is all of it, else it is `HUB/IMAGE:TAG`, in the variant that the values, the configuration of the proxy (none for
/// `istio-init`, which does not follow it) or the pod's annotation name, the last one first.
pub(super) fn image(
    values: &Json,
    whose: &str,
    of_proxy: Option<String>,
    annotations: Option<&Map<String, Json>>,
) -> String {
    let global = &values["global"];
    let name =
        Some(scalar(&global[whose]["image"])).filter(|name| !name.is_empty()).unwrap_or_else(|| "proxyv2".to_owned());
    if name.contains('/') {
        return name;
    }
    let of_pod = annotations.and_then(|all| all.get(label::PROXY_IMAGE_TYPE)).map(scalar);
    let variant = of_pod.or(of_proxy).unwrap_or_else(|| scalar(&global["variant"]));
    format!("{}/{name}:{}", scalar(&global["hub"]), with_variant(&scalar(&global["tag"]), &variant))
}

fn scalar(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

/// The tag of a variant (`distroless`, `debug`, or any word; `default` is none), which takes the place of one it has.
fn with_variant(tag: &str, variant: &str) -> String {
    if variant.is_empty() {
        return tag.to_owned();
    }
    let plain = ["-distroless", "-debug"].iter().find_map(|known| tag.strip_suffix(known)).unwrap_or(tag);
    if variant == "default" { plain.to_owned() } else { format!("{plain}-{variant}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_variant_that_is_none_is_no_variant_since_1_31() {
        let newest = Line::newest();
        let table = [
            (json!({}), Line::default(), None),
            (json!({"image": {}}), Line::default(), Some("")),
            (json!({"image": {}}), newest, None),
            (json!({"image": {"imageType": "debug"}}), newest, Some("debug")),
        ];
        for (proxy, line, wanted) in table {
            let config = MeshConfig::proxy_defaults().with_proxy(&proxy).expect("a proxy");
            assert_eq!(variant(&config, line).as_deref(), wanted, "{proxy} {line}");
        }
    }

    #[test]
    fn the_nearest_variant_wins() {
        let of = |whose: &str, values: Json, proxy: Json, pod: Json| {
            let proxy = MeshConfig::proxy_defaults().with_proxy(&proxy).expect("a proxy");
            let of_proxy = variant(&proxy, Line::default()).filter(|_| whose == "proxy");
            super::image(&json!({"global": values}), whose, of_proxy, pod.as_object())
        };
        let image = |values: Json, proxy: Json, pod: Json| of("proxy", values, proxy, pod);
        let values = |variant: &str| json!({"hub": "h", "tag": "1-debug", "variant": variant});
        assert_eq!(image(values(""), json!({}), json!({})), "h/proxyv2:1-debug");
        assert_eq!(image(values("distroless"), json!({}), json!({})), "h/proxyv2:1-distroless");
        assert_eq!(image(values("distroless"), json!({"image": {"imageType": "default"}}), json!({})), "h/proxyv2:1");
        assert_eq!(
            image(values(""), json!({"image": {}}), json!({"sidecar.istio.io/proxyImageType": "x"})),
            "h/proxyv2:1-x"
        );
        assert_eq!(image(json!({"hub": "h", "tag": 1.5, "proxy": {"image": "p"}}), json!({}), json!({})), "h/p:1.5");
        let whole = json!({"hub": "h", "tag": "1", "variant": "debug", "proxy": {"image": "reg.f/x/proxyv2:9"}});
        assert_eq!(image(whole, json!({}), json!({})), "reg.f/x/proxyv2:9");
        let both =
            json!({"hub": "h", "tag": "1", "variant": "debug", "proxy": {"image": "p"}, "proxy_init": {"image": "i"}});
        assert_eq!(of("proxy_init", both, json!({}), json!({})), "h/i:1-debug");
        let proxy_alone = json!({"hub": "h", "tag": "1", "proxy": {"image": "reg.f/p:9"}});
        assert_eq!(of("proxy_init", proxy_alone, json!({}), json!({})), "h/proxyv2:1");
    }
}
