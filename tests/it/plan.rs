//! The comparer and its decisions on a real API server: its defaults, its spelling, its managedFields.
//!
//! The objects are those of `mesh install`. A drift is an update in a dry run: the server answers with the object as it
//! would be, defaults and managers and all, and nothing has to be put back.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context as _, Result, bail, ensure};
use cluster::Cluster;
use futures::{StreamExt, TryStreamExt, stream};
use kube::Client;
use mesh::check;
use mesh::config::{self, Inputs};
use mesh::object::Object;
use mesh::plan::{Action, Context, compare, decide};
use mesh::render::{self, Target};
use serde_json::{Value, json};

/// At least so many drifts have to be tried, or the test proves too little.
const DRIFTS: usize = 400;
/// Of one object, so that large ones do not take all the time.
const PER_OBJECT: usize = 16;
/// Of one CustomResourceDefinition: they are many, large and alike.
const PER_DEFINITION: usize = 4;

#[test]
fn drift_is_named_and_mended_and_nothing_else_is() -> Result<()> {
    Cluster::start()?.with_client(|client| async move {
        let demo = Installation::of(client.clone(), "demo")?;
        demo.over_another_installer().await?;
        demo.drift().await?;
        demo.a_changed_port_keeps_its_node_port().await?;
        demo.a_scale_to_zero_is_mended().await?;
        demo.others_are_asked().await?;
        replicas_are_handed_to_an_autoscaler(client).await
    })
}

/// What is installed, and the server it is installed on.
struct Installation {
    client: Client,
    objects: Vec<Object>,
    context: Context,
}

/// Which requests an object is written with.
enum Write<'a> {
    /// Server-side apply by this manager, with force or not.
    Apply(&'a str, bool),
    /// An update by this manager, in a dry run or not.
    Update(&'a str, bool),
    /// A JSON patch of ours.
    Patch,
}

impl Installation {
    fn of(client: Client, profile: &str) -> Result<Self> {
        let inputs = Inputs { sets: vec![format!("profile={profile}")], ..Inputs::default() };
        let set = render::render(&config::load(&inputs)?, &Target::default())?.install_set(true);
        let objects: Vec<Object> = set.objects().cloned().collect();
        let context = Context::of(&objects);
        Ok(Self { client, objects, context })
    }

    fn with(&self, objects: Vec<Object>) -> Self {
        Self { client: self.client.clone(), context: Context::of(&objects), objects }
    }

    async fn live(&self, wanted: &Object) -> Result<Option<Object>> {
        let request = http::Request::get(path(wanted)).body(Vec::new())?;
        match self.client.request::<Value>(request).await {
            Ok(value) => Ok(Some(Object::new(value)?)),
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
            Err(error) => Err(error).with_context(|| wanted.id().to_string()),
        }
    }

    async fn there(&self, wanted: &Object) -> Result<Object> {
        self.live(wanted).await?.with_context(|| format!("{} is not there", wanted.id()))
    }

    async fn write(&self, object: &Object, body: &Value, how: Write<'_>) -> Result<Object, kube::Error> {
        let path = path(object);
        let (method, query, format) = match how {
            Write::Apply(manager, force) => {
                ("PATCH", format!("fieldManager={manager}&force={force}"), "application/apply-patch+yaml")
            }
            Write::Update(manager, dry) => {
                let dry = if dry { "&dryRun=All" } else { "" };
                ("PUT", format!("fieldManager={manager}{dry}"), "application/json")
            }
            Write::Patch => ("PATCH", "fieldManager=mesh".to_owned(), "application/json-patch+json"),
        };
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{path}?{query}"))
            .header("Content-Type", format)
            .body(serde_json::to_vec(body).map_err(kube::Error::SerdeError)?)
            .map_err(kube::Error::HttpError)?;
        let answer: Value = self.client.request(request).await?;
        Object::new(answer).map_err(|error| kube::Error::Service(error.into()))
    }

    /// Changes what is there, as `manager`; tried again where the server's controllers were quicker.
    async fn change(&self, wanted: &Object, manager: &str, change: impl Fn(&mut Value)) -> Result<()> {
        for _ in 0..20 {
            let mut value = self.there(wanted).await?.into_value();
            change(&mut value);
            match self.write(wanted, &value, Write::Update(manager, false)).await {
                Ok(_) => return Ok(()),
                Err(kube::Error::Api(status)) if status.code == 409 => {}
                Err(error) => return Err(error.into()),
            }
        }
        bail!("{} changes all the time", wanted.id())
    }

    /// Does what is decided for each object; the objects written, by id.
    async fn carry_out(&self) -> Result<BTreeMap<String, Value>> {
        let mut written = BTreeMap::new();
        for wanted in &self.objects {
            let id = wanted.id().to_string();
            for attempt in 0.. {
                let (body, force, before) = match decide(wanted, self.live(wanted).await?.as_ref(), &self.context) {
                    Action::Unchanged => break,
                    Action::Create(body) => (body, false, None),
                    Action::Apply(apply) => {
                        let force = apply.force();
                        (apply.body, force, apply.before)
                    }
                    other => bail!("{id}: {other:?}"),
                };
                if let Some(patch) = before {
                    match self.write(wanted, &patch, Write::Patch).await {
                        // The patch tests that the object is still the one that was decided on.
                        Err(kube::Error::Api(_)) if attempt < 20 => continue,
                        done => drop(done.with_context(|| format!("{id}: {patch}"))?),
                    }
                }
                self.write(wanted, body.value(), Write::Apply("mesh", force)).await.with_context(|| id.clone())?;
                written.insert(id, body.into_value());
                break;
            }
        }
        Ok(written)
    }

    async fn is_unchanged(&self, when: &str) -> Result<()> {
        for wanted in &self.objects {
            let live = self.there(wanted).await?;
            let differences = compare(wanted, &live, &self.context);
            ensure!(differences.is_empty(), "{when}: {} differs: {differences:?}", wanted.id());
            let action = decide(wanted, Some(&live), &self.context);
            ensure!(action == Action::Unchanged, "{when}: {}: {action:?}", wanted.id());
        }
        Ok(())
    }

    fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Object> {
        self.objects.iter().filter(move |object| object.kind() == kind)
    }

    /// An installation with something more in it, written by istioctl's manager, is taken over without a change to what is
    /// the same, and what is more goes; what a person added stays.
    async fn over_another_installer(&self) -> Result<()> {
        for wanted in &self.objects {
            let mut older = wanted.clone();
            if wanted.kind() != "Namespace" {
                older.set_label("older", "label");
            }
            if let Some(env) = older.value_mut().pointer_mut("/spec/template/spec/containers/0/env") {
                env.as_array_mut().context("no list")?.push(json!({"name": "OLDER", "value": "1"}));
            }
            if wanted.kind() == "Service" {
                let port = json!({"name": "older", "port": 9999, "targetPort": 9999});
                older.value_mut()["spec"]["ports"].as_array_mut().context("no ports")?.push(port);
            }
            let how = Write::Apply("istio-operator", true);
            self.write(wanted, older.value(), how).await.with_context(|| wanted.id().to_string())?;
        }
        for deployment in self.of_kind("Deployment") {
            let add = |value: &mut Value| {
                let env = value.pointer_mut("/spec/template/spec/containers/0/env").and_then(Value::as_array_mut);
                env.into_iter().for_each(|env| env.push(json!({"name": "PERSON", "value": "1"})));
            };
            self.change(deployment, "kubectl-edit", add).await?;
        }
        let mut generations = BTreeMap::new();
        for deployment in self.of_kind("Deployment") {
            generations.insert(deployment.name(), self.there(deployment).await?.int("/metadata/generation"));
        }
        self.carry_out().await?;
        self.is_unchanged("taken over").await?;
        for deployment in self.of_kind("Deployment") {
            let live = self.there(deployment).await?;
            let env = live.list("/spec/template/spec/containers/0/env");
            let has = |name: &str| env.iter().any(|variable| variable["name"] == name);
            ensure!(!has("OLDER") && has("PERSON"), "{}: {env:?}", deployment.id());
            let before = generations[deployment.name()].context("no generation")?;
            let rollouts = live.int("/metadata/generation").context("no generation")? - before;
            ensure!(rollouts == 1, "{}: {rollouts} rollouts", deployment.id());
        }
        Ok(())
    }

    /// Every field that somebody changes or takes away is named, and no other.
    async fn drift(&self) -> Result<()> {
        let tried: Vec<usize> =
            stream::iter(&self.objects).map(|wanted| self.drift_of(wanted)).buffer_unordered(4).try_collect().await?;
        let tried: usize = tried.into_iter().sum();
        ensure!(tried >= DRIFTS, "only {tried} drifts were tried");
        Ok(())
    }

    async fn drift_of(&self, wanted: &Object) -> Result<usize> {
        let mut fields = Vec::new();
        leaves(wanted.value(), &mut Vec::new(), &mut fields);
        // What a CRD says about its fields is documentation: each installer has its own words, and none is drift.
        let documents = |field: &[String]| field.iter().any(|at| at == "openAPIV3Schema");
        fields.retain(|field| !documents(field) || field.last().is_none_or(|last| last != "description"));
        let most = if wanted.kind() == "CustomResourceDefinition" { PER_DEFINITION } else { PER_OBJECT };
        let every = fields.len().div_ceil(most).max(1);
        let mut tried = 0;
        let mut live = self.there(wanted).await?;
        for field in fields.into_iter().step_by(every) {
            for taken_away in [false, true] {
                let Some(pointer) = locate(wanted.value(), live.value(), &field) else { continue };
                let mut drifted = live.value().clone();
                if !drift(&mut drifted, &pointer, taken_away) {
                    continue;
                }
                // What the server refuses is no drift, and neither is what it puts right by itself.
                let answer = match self.write(wanted, &drifted, Write::Update("kubectl-edit", true)).await {
                    Ok(answer) => answer,
                    Err(kube::Error::Api(status)) if status.code == 409 => {
                        live = self.there(wanted).await?;
                        continue;
                    }
                    Err(kube::Error::Api(_)) => continue,
                    Err(error) => return Err(error.into()),
                };
                let (Some(was), now) = (live.value().pointer(&pointer), answer.value().pointer(&pointer)) else {
                    continue;
                };
                if Some(was) == now || is_istiods(wanted, &pointer) {
                    continue;
                }
                tried += 1;
                // What `verify` finds, which is what a comparison finds and no more.
                let live = HashMap::from([(answer.id(), answer.clone())]);
                let differences = |wanted: &Object, live: &Object| compare(wanted, live, &self.context);
                let cases = check::objects([wanted], &live, differences);
                let findings = cases.iter().flat_map(|case| &case.findings);
                let shown: Vec<String> = findings.filter_map(|one| one.field.clone()).collect();
                let name = field.iter().rev().find(|step| step.parse::<usize>().is_err()).context("no name")?;
                ensure!(
                    shown.len() == 1 && shown[0].contains(name.as_str()),
                    "{} {pointer} {}: {was} to {now:?}, and named is {shown:?}",
                    wanted.id(),
                    if taken_away { "taken away" } else { "changed" }
                );
            }
        }
        Ok(tried)
    }

    /// A port that a person changed is put back in place, so that what the server gave it stays.
    async fn a_changed_port_keeps_its_node_port(&self) -> Result<()> {
        let gateway = self.of_kind("Service").find(|one| one.text("/spec/type") == Some("LoadBalancer"));
        let gateway = gateway.context("no gateway")?;
        let before = self.there(gateway).await?;
        self.change(gateway, "kubectl-edit", |value| value["spec"]["ports"][1]["port"] = json!(8081)).await?;
        let found = compare(gateway, &self.there(gateway).await?, &self.context);
        let [one] = found.as_slice() else { bail!("{found:?}") };
        ensure!(one.found == Some(json!(8081)) && one.manager.as_deref() == Some("kubectl-edit"), "{one:?}");
        ensure!(self.carry_out().await?.len() == 1, "only the gateway had changed");
        self.is_unchanged("port put back").await?;
        let after = self.there(gateway).await?;
        ensure!(before.at("/spec") == after.at("/spec"), "{:?} became {:?}", before.at("/spec"), after.at("/spec"));
        Ok(())
    }

    async fn a_scale_to_zero_is_mended(&self) -> Result<()> {
        let is_free = |one: &&Object| one.at("/spec/replicas").is_none();
        let deployment = self.of_kind("Deployment").find(is_free).context("no Deployment without replicas")?;
        self.change(deployment, "kubectl", |value| value["spec"]["replicas"] = json!(0)).await?;
        self.carry_out().await?;
        self.is_unchanged("scaled").await?;
        ensure!(self.there(deployment).await?.int("/spec/replicas") == Some(1));
        self.change(deployment, "kubectl", |value| value["spec"]["replicas"] = json!(2)).await?;
        self.is_unchanged("another count is the user's").await
    }

    /// What a manager holds that nobody knows is never taken.
    async fn others_are_asked(&self) -> Result<()> {
        let map = self.of_kind("ConfigMap").next().context("no ConfigMap")?;
        let label = map.labels().keys().next().map(|label| (*label).to_owned()).context("no label")?;
        let change = |value: &mut Value| value["metadata"]["labels"][&label] = json!("other");
        self.change(map, "somebody", change).await?;
        let live = self.there(map).await?;
        let Action::Conflict(conflicts) = decide(map, Some(&live), &self.context) else { bail!("no conflict") };
        ensure!(conflicts.len() == 1 && conflicts[0].manager.as_deref() == Some("somebody"), "{conflicts:?}");
        let refused = self.write(map, map.value(), Write::Apply("mesh", false)).await;
        ensure!(matches!(&refused, Err(kube::Error::Api(status)) if status.code == 409), "{refused:?}");
        Ok(())
    }
}

/// From a number of replicas that is ours to an autoscaler: the count stays what it is all the way.
async fn replicas_are_handed_to_an_autoscaler(client: Client) -> Result<()> {
    let installed = Installation::of(client, "default")?;
    let names = ["Deployment", "HorizontalPodAutoscaler"].map(|kind| installed.of_kind(kind).count());
    ensure!(names[0] > 0 && names[0] == names[1], "the default profile has an autoscaler each: {names:?}");
    let mut deployments: Vec<Object> = installed.of_kind("Deployment").cloned().collect();
    for deployment in &mut deployments {
        deployment.value_mut()["spec"]["replicas"] = json!(3);
    }
    let fixed = installed.with(deployments.clone());
    fixed.carry_out().await?;
    fixed.is_unchanged("three are asked for").await?;

    let scalers = installed.of_kind("HorizontalPodAutoscaler").cloned();
    let plain = installed.of_kind("Deployment").cloned();
    let scaled = installed.with(plain.chain(scalers).collect());
    scaled.carry_out().await?;
    scaled.is_unchanged("handed over").await?;
    for deployment in &deployments {
        ensure!(installed.there(deployment).await?.int("/spec/replicas") == Some(3), "{}", deployment.id());
    }
    Ok(())
}

/// Where the API server has the object.
fn path(object: &Object) -> String {
    let version = object.api_version();
    let root = if version.contains('/') { "apis" } else { "api" };
    let namespace = object.namespace().map_or(String::new(), |namespace| format!("/namespaces/{namespace}"));
    format!("/{root}/{version}{namespace}/{}s/{}", object.kind().to_lowercase(), object.name())
}

/// The ways to all scalars, as steps.
fn leaves(value: &Value, at: &mut Vec<String>, into: &mut Vec<Vec<String>>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => {
            let identity = ["apiVersion", "kind"].contains(&at[0].as_str())
                || at[0] == "metadata" && ["name", "namespace"].contains(&at[1].as_str());
            if !identity {
                into.push(at.clone());
            }
            return;
        }
    };
    for (step, value) in below {
        at.push(step);
        leaves(value, at, into);
        at.pop();
    }
}

/// The pointer in `live` to what `field` leads to in `wanted`: elements of lists are found by what names them, as the
/// server may have them in another order.
fn locate(wanted: &Value, live: &Value, field: &[String]) -> Option<String> {
    let mut pointer = String::new();
    let (mut wanted, mut live) = (wanted, live);
    for step in field {
        let (step, next) = match (wanted, live) {
            (Value::Array(wanted), Value::Array(live)) => {
                let index: usize = step.parse().ok()?;
                let element = wanted.get(index)?;
                let keys: &[&str] = match element {
                    Value::Object(map) if map.contains_key("mountPath") => &["mountPath"],
                    Value::Object(map) if map.contains_key("containerPort") => &["containerPort"],
                    Value::Object(map) if map.contains_key("name") => &["name"],
                    _ => &[],
                };
                let same = |other: &Value| keys.iter().all(|key| element[*key] == other[*key]);
                let place = if keys.is_empty() { index } else { live.iter().position(same)? };
                (place.to_string(), element)
            }
            _ => (step.replace('~', "~0").replace('/', "~1"), wanted.get(step)?),
        };
        pointer = format!("{pointer}/{step}");
        wanted = next;
        live = match live {
            Value::Array(list) => list.get(step.parse::<usize>().ok()?)?,
            map => map.get(step.replace("~1", "/").replace("~0", "~"))?,
        };
    }
    Some(pointer)
}

/// Changes what `pointer` leads to, or takes it away; false where that changes nothing.
fn drift(value: &mut Value, pointer: &str, take_away: bool) -> bool {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return false };
    let name = name.replace("~1", "/").replace("~0", "~");
    match (value.pointer_mut(parent), take_away) {
        (Some(Value::Object(map)), true) => map.remove(&name).is_some(),
        (Some(Value::Array(list)), true) => name.parse().is_ok_and(|index: usize| {
            list.remove(index);
            true
        }),
        (Some(parent), false) => {
            let slot = match parent {
                Value::Array(list) => name.parse::<usize>().ok().and_then(|index| list.get_mut(index)),
                map => map.get_mut(&name),
            };
            let Some(slot) = slot else { return false };
            let changed = match &*slot {
                Value::Bool(flag) => json!(!flag),
                Value::Number(number) => json!(number.as_i64().unwrap_or_default() + 7),
                Value::String(text) => json!(format!("{text}7")),
                _ => return false,
            };
            *slot = changed;
            true
        }
        _ => false,
    }
}

/// A validator that somebody closed is left closed: istiod would close it anyway.
fn is_istiods(wanted: &Object, pointer: &str) -> bool {
    wanted.kind() == "ValidatingWebhookConfiguration" && pointer.ends_with("/failurePolicy")
}
