//! The configuration of one pod's proxy: the mesh's, with what resources and the pod itself say over it.

use std::rc::Rc;

use serde_json::Value;

use super::injector::{Injector, Via};
use super::mesh;
use super::owner::Owner;
use super::proxies::Chosen;
use crate::error::{Error, Result};
use crate::template::Value as TemplateValue;
use crate::yaml;

/// The configuration of a proxy, for us and for templates.
pub(super) struct OwnProxy {
    pub(super) config: mesh::MeshConfig,
    pub(super) shared: TemplateValue,
}

impl OwnProxy {
    fn of(config: mesh::MeshConfig) -> Rc<Self> {
        Rc::new(Self { shared: mesh::Message::named("ProxyConfig", config.map()), config })
    }
}

impl Injector {
    /// The mesh's and the proxy's configuration for a pod, each where the pod or a resource changes it. From a file the
    /// pod's own settings count as the mesh's, through the webhook they are the proxy's alone.
    pub(super) fn configured(
        &self,
        pod: &Value,
        owner: &Owner,
        annotation: Option<&str>,
        way: Via,
    ) -> Result<(Option<mesh::MeshConfig>, Option<Rc<OwnProxy>>)> {
        let place = [pod["metadata"]["namespace"].as_str().unwrap_or_default(), &owner.namespace, &self.namespace];
        let place = place.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        let chosen = self.proxies.chosen(self.mesh.text("rootNamespace"), place, &pod["metadata"]["labels"]);
        let bad = |why: String| Error::usage("bad-annotation", format!("annotation `proxy.istio.io/config`: {why}"));
        let given = annotation.map(|text| yaml::document("annotation proxy.istio.io/config", text)).transpose()?;
        let merged = |given| self.proxies.effective(chosen, &self.proxy, given).map(OwnProxy::of).map_err(bad);
        let Some(given) = given else {
            return Ok((None, if chosen.is_none() { None } else { Some(self.alike(chosen, || merged(None))?) }));
        };
        match way {
            Via::Webhook => Ok((None, Some(merged(Some(&given))?))),
            Via::File => {
                let own = self.proxy.with_proxy(&given).map_err(bad)?;
                let mesh = self.mesh.with_default_config(&own);
                let proxy = if chosen.is_none() { OwnProxy::of(own) } else { merged(Some(&given))? };
                Ok((Some(mesh), Some(proxy)))
            }
        }
    }

    /// What the same resources have made of the configuration for the pod before; most pods have those of their namespace.
    fn alike(&self, chosen: Chosen, make: impl FnOnce() -> Result<Rc<OwnProxy>>) -> Result<Rc<OwnProxy>> {
        if let Some((_, proxy)) = self.last.borrow().as_ref().filter(|(known, _)| *known == chosen) {
            return Ok(proxy.clone());
        }
        let made = make()?;
        *self.last.borrow_mut() = Some((chosen, made.clone()));
        Ok(made)
    }
}
