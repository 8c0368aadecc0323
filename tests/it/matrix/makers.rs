//! Who has installed: each maker puts the installations of a shape into a cluster, mesh by running, the others played by
//! what they leave: their objects, under their field manager, with their marks and records.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::shapes::{Installation, Layout, Shape};
use super::state::key;
use super::world::World;
use crate::harness::helm;

/// An installer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    Mesh,
    /// `istioctl install`: server-side apply of labelled objects; keeps no records.
    Istioctl,
    /// `helm install`, a release for each installation.
    Helm,
    /// `manifest generate | kubectl apply`: nothing but what is printed.
    Kubectl,
}

impl Maker {
    /// Installs all of `layout`, and waits until it injects.
    pub(super) fn put(self, world: &World, layout: &Layout) -> Result<()> {
        if self == Self::Mesh {
            for (place, one) in layout.all.iter().enumerate() {
                let file = one.file.path().display().to_string();
                let args: &[&str] = match layout.shape {
                    Shape::TwoRevisions | Shape::NoTag if place > 0 => &["upgrade", "--revision", one.revision, "-y"],
                    _ => &["install", "-f", &file, "-y"],
                };
                let run = world.mesh(args)?;
                ensure!(run.code == Some(0), "{args:?}: {run}");
            }
            if layout.shape == Shape::NoTag {
                untag(world, &layout.all[0])?;
            }
            return world.ready(layout);
        }
        let is_gateways = |object: &Value| {
            let home = layout.all.iter().any(|one| object["metadata"]["namespace"] == one.home);
            object["kind"] == "Deployment" && (!home || object["metadata"]["name"] == "istio-ingressgateway")
        };
        let objects = |gateways: bool| {
            let all = layout.all.iter().flat_map(|one| self.objects(layout.shape, one));
            all.filter(|object| is_gateways(object) == gateways).collect::<Vec<Value>>()
        };
        // One after the other what two of them write.
        world.write(self.manager(), self == Self::Istioctl, objects(false))?;
        if self == Self::Helm {
            for one in &layout.all {
                let record = helm::record(&release(one), one.name, &json!({}))?;
                world.cluster.create(&format!("/api/v1/namespaces/{}/secrets", one.home), &record)?;
            }
        }
        world.signed(layout)?;
        // A gateway's pods are injected: made before somebody answers, they would be tried again ever later.
        world.write(self.manager(), self == Self::Istioctl, objects(true))?;
        world.ready(layout)
    }

    fn manager(self) -> &'static str {
        match self {
            Self::Mesh => "mesh",
            Self::Istioctl => "istio-operator",
            Self::Helm => "helm",
            Self::Kubectl => "kubectl-client-side-apply",
        }
    }

    fn objects(self, shape: Shape, one: &Installation) -> Vec<Value> {
        let mut objects = one.generated.clone();
        match self {
            Self::Istioctl if shape == Shape::NoTag || one.tag.is_empty() => objects.clone_from(&one.labelled),
            Self::Istioctl => {
                // istioctl closes the revision's own injector, once the tag is there.
                objects.clone_from(&one.labelled);
                objects.extend(one.tag.iter().cloned());
                let never = json!({"matchLabels": {"istio.io/deactivated": "never-match"}});
                for object in objects.iter_mut().filter(|object| object["metadata"]["name"] == "istio-sidecar-injector")
                {
                    for webhook in object.get_mut("webhooks").and_then(Value::as_array_mut).into_iter().flatten() {
                        webhook["namespaceSelector"] = never.clone();
                        webhook["objectSelector"] = never.clone();
                    }
                }
            }
            Self::Helm => objects.iter_mut().for_each(|object| helm::mark(object, &release(one), one.home)),
            Self::Kubectl => {
                for object in &mut objects {
                    let text = object.to_string();
                    object["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = text.into();
                }
            }
            Self::Mesh => {}
        }
        objects
    }
}

fn release(one: &Installation) -> String {
    format!("{}-{}", one.name, one.revision)
}

/// Takes the default tag away, so that the control plane injects by its own webhook, as older installers left it.
fn untag(world: &World, one: &Installation) -> Result<()> {
    for object in &one.tag {
        world.cluster.delete(&world.paths.object(object)?)?;
    }
    // The ConfigMap that it injects by has the same name.
    let injector = one.generated.iter().find(|object| key(object).ends_with("Configuration /istio-sidecar-injector"));
    let injector = injector.with_context(|| format!("no injector in {:?}", one.keys))?;
    let path = world.paths.object(injector)?;
    let mut live = world.cluster.get(&path)?;
    for webhook in live["webhooks"].as_array_mut().into_iter().flatten() {
        let rendered = injector["webhooks"].as_array().into_iter().flatten().find(|one| one["name"] == webhook["name"]);
        let rendered = rendered.with_context(|| format!("{} is not rendered", webhook["name"]))?;
        for selector in ["namespaceSelector", "objectSelector"] {
            webhook[selector] = rendered[selector].clone();
        }
    }
    world.cluster.merge(&format!("{path}?fieldManager=mesh"), &json!({"webhooks": live["webhooks"]}))?;
    Ok(())
}
