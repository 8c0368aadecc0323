//! The objects of a revision tag, as `istioctl tag generate` makes them: what the templates say of a tag, with the way to
//! istiod, the labels and the annotations of the webhook that the revision has in the cluster.

use serde_json::{Value, json};

use super::{Target, install, render};
use crate::config::{self, Inputs, Source};
use crate::error::{Error, Result};
use crate::istio::label;
use crate::istio::webhook::webhooks_mut;
use crate::object::{Object, drop_nulls};
use crate::yaml;

/// The tag that pods without a revision go to.
pub const DEFAULT_TAG: &str = "default";
const INJECTOR: &str = "sidecar-injector.istio.io";
/// Labels with this in them are the installer's, and a tag is its user's.
const INSTALLER: &str = "operator.istio.io";

/// A tag to be made.
#[derive(Debug, Clone)]
pub struct NewTag<'a> {
    /// Its name.
    pub name: &'a str,
    /// The revision it leads to, `default` for the one without a name.
    pub revision: &'a str,
    /// The namespace of the control plane.
    pub namespace: &'a str,
    /// Another name for its webhook.
    pub webhook_name: Option<&'a str>,
    /// Whether pods of namespaces that ask for nothing are injected too.
    pub everywhere: bool,
    /// The injector of the revision, as it is in the cluster.
    pub injector: &'a Object,
}

impl NewTag<'_> {
    /// Its objects: the webhook, for `default` the validator, and the Service.
    ///
    /// # Errors
    /// `no-injector` (failed) where the revision's webhook does not inject.
    pub fn objects(&self, target: &Target) -> Result<Vec<Object>> {
        let way = Route::of(self.injector).ok_or_else(|| {
            let id = self.injector.id();
            Error::failed("no-injector", format!("{id} has no webhook that injects, so that no tag can lead there"))
                .hint("run `mesh install` for this revision again")
        })?;
        let bundle = render(&config::load(&self.inputs(&way)?)?, target)?;
        let is_tag = |object: &&Object| object.label(label::TAG) == Some(self.name);
        let mut objects: Vec<Object> = if self.name == DEFAULT_TAG {
            bundle.install_set(true).default_tag
        } else {
            // The webhook before the Service, whatever their order in a manifest.
            let mut found: Vec<Object> = bundle.generate_set().into_iter().filter(is_tag).cloned().collect();
            found.sort_by_key(|object| object.kind() == "Service");
            found
        };
        for object in &mut objects {
            match object.kind() {
                "MutatingWebhookConfiguration" => {
                    self.lead(object, &way, true);
                    if let Some(name) = self.webhook_name {
                        object.value_mut()["metadata"]["name"] = name.into();
                    }
                }
                "ValidatingWebhookConfiguration" => self.lead(object, &way, false),
                _ => self.select(object),
            }
            to_its_user(object);
        }
        Ok(objects)
    }

    /// What the reference renders a tag from.
    fn inputs(&self, way: &Route) -> Result<Inputs> {
        let revision = if self.revision == DEFAULT_TAG { "" } else { self.revision };
        let mut webhook = json!({ "enableNamespacesByDefault": self.everywhere });
        if let Some(policy) = &way.reinvocation {
            webhook["reinvocationPolicy"] = policy.as_str().into();
        }
        let tags = if self.name == DEFAULT_TAG { json!([]) } else { json!([self.name]) };
        let spec = json!({
            "profile": "empty",
            "revision": revision,
            "components": { "pilot": { "enabled": true } },
            "values": {
                "revisionTags": tags,
                "sidecarInjectorWebhook": webhook,
                "istiodRemote": { "injectionURL": way.url },
                "global": { "istioNamespace": self.namespace },
            },
        });
        let text = yaml::text(&json!({ "kind": "IstioOperator", "spec": spec }))?;
        Ok(Inputs { files: vec![Source { name: "tag".to_owned(), text }], ..Inputs::default() })
    }

    /// Lets the webhooks of `object` go the way of the revision's injector, and gives it the injector's marks.
    fn lead(&self, object: &mut Object, way: &Route, injects: bool) {
        for webhook in webhooks_mut(object) {
            if let Some(client) = webhook.get_mut("clientConfig").and_then(Value::as_object_mut) {
                if !way.authority.is_empty() {
                    client.insert("caBundle".to_owned(), way.authority.as_str().into());
                }
                if let Some(service) = client.get_mut("service").filter(|_| injects) {
                    service["name"] = way.service.as_str().into();
                    service["path"] = way.path.as_str().into();
                }
            }
        }
        for (key, value) in self.injector.labels() {
            if key != "app" {
                object.set_label(key, value);
            }
        }
        let annotations = self.injector.at("/metadata/annotations").and_then(Value::as_object);
        for (key, value) in annotations.into_iter().flatten() {
            // Marks of who wrote the injector, which say nothing of the tag.
            let is_writers = key.starts_with("meta.helm.sh/") || key.starts_with("kubectl.kubernetes.io/");
            if let Some(value) = value.as_str().filter(|_| !is_writers) {
                object.set_annotation(key, value);
            }
        }
    }

    /// The pods of a revision all carry its name; the templates choose those of `default` by another label.
    fn select(&self, service: &mut Object) {
        service.value_mut()["spec"]["selector"] = json!({ "app": "istiod", (label::REVISION): self.revision });
    }
}

/// The way to istiod that a webhook takes.
struct Route {
    url: String,
    service: String,
    path: String,
    authority: String,
    reinvocation: Option<String>,
}

impl Route {
    fn of(injector: &Object) -> Option<Self> {
        let injects = |webhook: &&Value| webhook["name"].as_str().is_some_and(|name| name.ends_with(INJECTOR));
        let webhook = injector.list("/webhooks").iter().find(injects)?;
        let text = |pointer: &str| webhook.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(Self {
            url: text("/clientConfig/url"),
            service: text("/clientConfig/service/name"),
            path: text("/clientConfig/service/path"),
            authority: text("/clientConfig/caBundle"),
            reinvocation: Some(text("/reinvocationPolicy")).filter(|policy| !policy.is_empty()),
        })
    }
}

/// Whether an object carries no label of an installer: that of a tag which somebody has set.
pub fn is_of_user(object: &Object) -> bool {
    object.labels().keys().all(|key| !key.contains(INSTALLER))
}

/// Takes the installer's labels off, and nulls out.
pub fn to_its_user(object: &mut Object) {
    if let Some(labels) = object.value_mut().pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.retain(|key, _| !key.contains(INSTALLER));
    }
    drop_nulls(object.value_mut());
}

/// The injector of a revision that hands its pods over to the tag `default`: it matches none, and stays for a way back.
pub fn deactivated(injector: &Object) -> Object {
    let mut injector = injector.clone();
    install::match_nothing(&mut injector);
    injector
}
