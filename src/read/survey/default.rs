//! Whose the default is: the tag by which pods are injected that name no revision.

use std::collections::BTreeSet;

use super::Live;
use crate::cluster::Cluster;
use crate::error::{Error, Result};
use crate::input::Asked;
use crate::istio::plane::is_istiod_of;
use crate::istio::webhook::homes_of;
use crate::istio::{DEFAULT, Installation, revision};
use crate::object::{Object, ObjectId};
use crate::plan::default::{Answer, answering, is_of_tag, repointed};
use crate::read::istiods;
use crate::render::{Bundle, InstallSet};

/// An installation, and what it has to do with the default tag.
pub(super) struct Claim<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) asked: &'a Asked,
    pub(super) installation: &'a Installation,
    /// Whether it leaves the tag also where nobody has it.
    pub(super) leaves: bool,
}

impl Claim<'_> {
    /// Who has the tag.
    ///
    /// # Errors
    /// Cluster errors.
    pub(super) async fn holder(&self, live: &Live) -> Result<Holder> {
        let Self { cluster, asked, installation, .. } = *self;
        let plane = DefaultPlane::of(live, installation).filter(|plane| !asked.freed.contains(&plane.revision));
        let is_elsewhere = match plane.as_ref().filter(|plane| !plane.is(installation)) {
            // It is moved by nobody but `mesh tag set`.
            Some(plane) => plane.is_there(cluster, live, installation).await?,
            None => false,
        };
        Ok(Holder { plane, is_elsewhere })
    }

    /// What the installation consists of: with the tag where that is its to have.
    ///
    /// # Errors
    /// `default-elsewhere` (failed).
    pub(super) fn install_set(
        &self,
        bundle: &Bundle,
        live: &Live,
        holder: Holder,
        warnings: &mut Vec<String>,
    ) -> Result<InstallSet> {
        let Self { installation, leaves, .. } = *self;
        let Holder { plane: holder, is_elsewhere } = holder;
        let Some(holder) = holder.as_ref().filter(|_| is_elsewhere) else {
            let mut set = bundle.install_set(bundle.takes_default(holder.is_some() || leaves));
            // A tag that is there and not wanted is kept: its webhook and the injector would inject the same pods.
            if set.default_tag.is_empty() && holder.as_ref().is_some_and(|holder| holder.by_tag) {
                bundle.stand_back(&mut set);
            }
            let gone = holder.filter(|holder| set.default_tag.is_empty() && !holder.is(installation));
            warnings.extend(gone.map(|holder| holder.is_gone()));
            return Ok(set);
        };
        let mut set = bundle.install_set(false);
        if !bundle.of("istiod").is_empty() {
            let is_new = !live.objects.values().any(|object| is_istiod_of(object, &installation.revision));
            if holder.revision == installation.revision && bundle.takes_default(true) && is_new {
                return Err(holder.refusal(installation));
            }
            bundle.stand_back(&mut set);
            warnings.extend(holder.stays(installation, bundle.takes_default(false)));
        }
        Ok(set)
    }
}

impl Claim<'_> {
    /// The webhooks of the default tag that another control plane has left behind, and that would stand in everybody's way;
    /// each is told of.
    ///
    /// # Errors
    /// Cluster errors.
    pub(super) async fn left_over(
        &self,
        set: &InstallSet,
        live: &Live,
        warnings: &mut Vec<String>,
    ) -> Result<BTreeSet<ObjectId>> {
        let mut found = BTreeSet::new();
        for one in repointed(&set.default_tag, &live.objects) {
            let Some(namespace) = homes_of(one.live).next() else { continue };
            if !runs_in(self.cluster, namespace, revision(one.live), live, self.installation).await? {
                warnings.push(one.sentence());
                found.insert(one.wanted.id());
            }
        }
        Ok(found)
    }
}

/// Who has the default tag.
#[derive(Debug)]
pub(super) struct Holder {
    plane: Option<DefaultPlane>,
    /// Whether that is another control plane, and one that is there.
    is_elsewhere: bool,
}

impl Holder {
    /// Whether `object` is of the tag, and with it another control plane's: what a record tells of it is of before.
    pub(super) fn has_moved(&self, object: &Object) -> bool {
        self.is_elsewhere && is_of_tag(object)
    }
}

/// The control plane that injects pods which name no revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DefaultPlane {
    pub(super) revision: String,
    pub(super) namespace: String,
    /// The webhook configuration by which it does.
    by: ObjectId,
    /// Whether that is the tag's.
    by_tag: bool,
}

impl DefaultPlane {
    /// Whoever has it, and whoever made that: an installation in another namespace calls its webhook by another name.
    pub(super) fn of(live: &Live, installation: &Installation) -> Option<Self> {
        let Answer { revision, by, by_tag } = answering(all(live))?;
        let configuration = all(live).find(|object| object.id() == by)?;
        let namespace = homes_of(configuration).next().unwrap_or(&installation.namespace).to_owned();
        Some(Self { revision, namespace, by, by_tag })
    }

    pub(super) fn is(&self, installation: &Installation) -> bool {
        self.revision == installation.revision && self.namespace == installation.namespace
    }

    /// Whether there is a control plane behind it: a tag that leads nowhere is nobody's.
    ///
    /// # Errors
    /// Cluster errors.
    pub(super) async fn is_there(&self, cluster: &Cluster, live: &Live, installation: &Installation) -> Result<bool> {
        runs_in(cluster, &self.namespace, &self.revision, live, installation).await
    }

    /// That there is no control plane behind it, and that it stays so.
    fn is_gone(&self) -> String {
        let Self { revision, namespace, by, .. } = self;
        format!(
            "{by} leads to revision {revision} in namespace {namespace}, whose control plane is gone: pods that name no \
             revision are not injected, or refused; mesh check --fix removes it where it refuses them"
        )
    }

    /// Two control planes of one revision would inject the same pods.
    pub(super) fn refusal(&self, installation: &Installation) -> Error {
        let Self { revision, namespace, .. } = self;
        Error::failed(
            "default-elsewhere",
            format!(
                "revision {revision} is installed in namespace {namespace}, and injects the pods that a second one in \
                 {} would inject too",
                installation.namespace
            ),
        )
        .hint("give this one a revision of its own: --revision NAME")
        .hint(format!("or remove the other one first: mesh uninstall -i {namespace} --revision {revision}"))
    }

    /// What is said where it stays where it is; `wants` is whether the installation would have it.
    pub(super) fn stays(&self, installation: &Installation, wants: bool) -> Option<String> {
        let Self { revision, namespace, by, by_tag } = self;
        if *revision == installation.revision {
            return Some(format!(
                "the tag default leads to revision {revision} in namespace {namespace}, and stays there: nothing names \
                 the one in {}",
                installation.namespace
            ));
        }
        let to_move = format!("to move it: mesh tag set default --revision {} --overwrite", installation.revision);
        if installation.revision == DEFAULT {
            return Some(format!("the tag default leads to revision {revision}, and stays there; {to_move}"));
        }
        (!by_tag && wants).then(|| {
            format!(
                "pods that name no revision are injected by revision {revision}, as {by} asks for them, and go on to be; \
                 {to_move}"
            )
        })
    }
}

/// Whether the istiod of a revision is in a namespace.
async fn runs_in(
    cluster: &Cluster,
    namespace: &str,
    revision: &str,
    live: &Live,
    installation: &Installation,
) -> Result<bool> {
    let is_own = |object: &Object| is_istiod_of(object, revision);
    if namespace == installation.namespace {
        return Ok(all(live).any(is_own));
    }
    Ok(istiods::of_namespace(cluster, namespace).await?.iter().any(is_own))
}

/// The namespaces of control planes that webhooks lead to, beside `own`.
pub(super) fn other_homes<'l>(live: &'l Live, own: &str) -> impl Iterator<Item = &'l str> {
    let injectors = all(live).filter(|object| is_injector(object));
    injectors.flat_map(homes_of).filter(move |namespace| *namespace != own)
}

fn all(live: &Live) -> impl Iterator<Item = &Object> {
    live.objects.values().chain(&live.others)
}

fn is_injector(object: &Object) -> bool {
    object.kind() == "MutatingWebhookConfiguration" && object.label("app") == Some("sidecar-injector")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    fn live(home: &str, revision: &str) -> Live {
        let labels = json!({"app": "sidecar-injector", "istio.io/tag": "default", "istio.io/rev": revision});
        let webhooks = json!([{"name": "a", "clientConfig": {"service": {"namespace": home, "name": "istiod"}}}]);
        let tag = Object::new(
            json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": "istio-revision-tag-default", "labels": labels}, "webhooks": webhooks}),
        );
        Live { others: vec![tag.unwrap()], ..Live::default() }
    }

    #[test]
    fn a_default_in_another_namespace_is_somebody_elses() {
        let own = Installation::unnamed("default", "istio-system");
        let holder = |home, revision| DefaultPlane::of(&live(home, revision), &own).unwrap();
        assert!(holder("istio-system", "default").is(&own));
        assert!(!holder("b", "default").is(&own) && !holder("istio-system", "canary").is(&own));
        assert_eq!(DefaultPlane::of(&Live::default(), &own), None);
        assert!(holder("b", "default").stays(&own, true).unwrap().contains("in namespace b"));
        assert!(holder("b", "default").stays(&Installation::unnamed("canary", "istio-system"), true).is_none());
        let found = live("b", "default");
        assert_eq!(other_homes(&found, "istio-system").collect::<Vec<_>>(), ["b"]);
        assert_eq!(other_homes(&found, "b").count(), 0);
    }
}
