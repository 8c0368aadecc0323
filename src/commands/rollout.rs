//! What the commands that restart workloads share: a look at what is there, the plan in words, and the restart itself.

use futures::FutureExt;
use futures::future::try_join_all;
use k8s_openapi::jiff::Timestamp;
use serde_json::{Value, json};

use super::interrupt::{self, Stop};
use super::settings::Settings;
use super::{failure, next};
use crate::apply::restart::{self, Ended, Job};
use crate::cli::{RolloutArgs, TextOutput};
use crate::cluster::{Cluster, Kinds};
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Scope, Sink};
use crate::object::{Object, ObjectId};
use crate::plan::injection::Injection;
use crate::plan::restart::{Plan, Restart, Way, plan};
use crate::report::{Workloads, workload_name};
use crate::ui::{self, sanitize};

/// The annotation that `kubectl rollout restart` writes, so that tools that know it know this restart too.
const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// What there is in the namespaces that are looked at, and what would be injected there now.
pub(super) struct Scene {
    pub(super) namespaces: Vec<Object>,
    pub(super) pods: Vec<Object>,
    pub(super) workloads: Vec<Object>,
    budgets: Vec<Object>,
    /// The resource version at which the pods were listed.
    version: String,
    pub(super) injection: Injection,
}

impl Scene {
    /// Looks at these namespaces, or with `everywhere` at all of the cluster.
    pub(super) async fn of(
        cluster: &Cluster,
        kinds: &Kinds,
        namespaces: Vec<Object>,
        everywhere: bool,
        webhooks: Vec<Value>,
    ) -> Result<Self> {
        let places: Vec<Option<&str>> =
            if everywhere { vec![None] } else { namespaces.iter().map(|one| Some(one.name())).collect() };
        let list = async |version: &str, kind: &str| -> Result<(Vec<Object>, Vec<String>)> {
            let ids = places.iter().map(|place| ObjectId::new(version, kind, *place, ""));
            let lists = ids.map(async |id| cluster.list_at(&kinds.collection(&id)?, &id, None).await);
            let (objects, versions): (Vec<_>, Vec<_>) = try_join_all(lists).await?.into_iter().unzip();
            Ok((objects.concat(), versions))
        };
        let (injection, (pods, versions), (deployments, _), (stateful_sets, _), (daemon_sets, _), (budgets, _)) = futures::try_join!(
            cluster.injection(webhooks),
            list("v1", "Pod"),
            list("apps/v1", "Deployment"),
            list("apps/v1", "StatefulSet"),
            list("apps/v1", "DaemonSet"),
            list("policy/v1", "PodDisruptionBudget"),
        )?;
        let workloads = [deployments, stateful_sets, daemon_sets].concat();
        // Of several lists the oldest: a watch from there on shows some changes twice, and misses none.
        let version =
            versions.into_iter().min_by_key(|version| version.parse::<u64>().unwrap_or(0)).unwrap_or_default();
        Ok(Self { namespaces, pods, workloads, budgets, version, injection })
    }

    /// The same as the planner takes it.
    pub(super) fn seen(&self) -> crate::plan::restart::Scene<'_> {
        let Self { namespaces, pods, workloads, budgets, version: _, injection: _ } = self;
        crate::plan::restart::Scene { namespaces, pods, workloads, budgets }
    }

    /// What has to restart.
    pub(super) fn plan(&self) -> Result<Plan> {
        plan(&self.seen(), &self.injection)
    }

    /// What keeps this look from being a whole one.
    pub(super) fn warnings(&self) -> Vec<String> {
        let unknown = self.injection.unknown();
        let warning = |revision: &&str| {
            format!(
                "the injector of revision {revision} is configured elsewhere: only presence and revision of its proxies are compared"
            )
        };
        unknown.iter().map(warning).collect()
    }
}

/// What of a plan is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// All of it.
    Restart,
    /// Nothing: it is shown.
    DryRun,
    /// Nothing: it is said what is left to do.
    LabelOnly,
}

/// What is done besides, and shown with it.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    /// Result lines that come first: `namespace/default labeled`.
    pub(super) head: Vec<String>,
    /// The same for machines.
    pub(super) changes: Vec<Value>,
    /// Whether workloads that get no proxy are listed.
    pub(super) outside: bool,
    /// Whether names need their namespace.
    pub(super) spread: bool,
    /// Labels that templates get: a change of them is what rolls workloads out.
    pub(super) labels: Vec<(String, String)>,
    /// What warns of something.
    pub(super) warnings: Vec<String>,
}

/// All that carrying a plan out needs.
pub(super) struct Run<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) kinds: &'a Kinds,
    pub(super) settings: &'a Settings,
    pub(super) args: &'a RolloutArgs,
    pub(super) frame: &'a Frame,
    pub(super) scene: &'a Scene,
    /// Resolves where the run is to stop.
    pub(super) stop: Stop,
}

/// What an interruption comes before.
pub(super) const ALL: &str = "all workloads were restarted";

/// Carries a plan out, or shows it, and gives the result in the format that is asked for.
pub(super) async fn carry_out(run: &Run<'_>, plan: &Plan, doing: Doing) -> Result<()> {
    let Run { cluster, settings, args, frame, .. } = run;
    let text = args.output == TextOutput::Text;
    let result = |line: &str| if text { settings.ui.result(&format!("{line}\n")) } else { Ok(()) };
    for warning in &frame.warnings {
        settings.ui.message(&format!("warning: {}", sanitize(warning)));
    }
    for line in &frame.head {
        result(line)?;
    }
    let name = |id: &ObjectId| workload_name(id, frame.spread);
    let mut ended = Vec::new();
    let mut done = Ok(());
    if doing == Doing::Restart {
        (ended, done) = restarted(run, plan).await;
        done = done.map_err(|error| next::with_command(settings, error, true));
    } else {
        let verb = if doing == Doing::DryRun { "would restart" } else { "has to restart" };
        for Restart { id, why, .. } in &plan.restarts {
            result(&format!("{} {verb}: {}", name(id), sanitize(&why.join("; "))))?;
        }
    }
    for left in &plan.left {
        result(&format!("- {} not restarted: {}; {}", name(&left.id), sanitize(&left.outdated), sanitize(&left.why)))?;
    }
    for outside in plan.outside.iter().filter(|_| frame.outside) {
        result(&format!("- {} not injected: {}", name(&outside.id), sanitize(&outside.rule)))?;
    }
    if plan.restarts.is_empty() && plan.left.is_empty() && done.is_ok() {
        result("nothing has to restart")?;
    }
    if args.output == TextOutput::Json {
        let document = document(cluster, frame, plan, &ended, done.as_ref().err());
        settings.ui.result(&ui::json(&document))?;
    }
    done
}

/// Restarts, and says how it ended: as a whole, too.
async fn restarted(run: &Run<'_>, plan: &Plan) -> (Vec<Ended>, Result<()>) {
    let Run { cluster, kinds, settings, args, frame, scene, stop } = run;
    if plan.restarts.is_empty() {
        return (Vec::new(), Ok(()));
    }
    let (shown, silent) = (Workloads::new(&settings.ui), Silent);
    let sink: &dyn Sink = if args.output == TextOutput::Text { &shown } else { &silent };
    let scope = Scope { cluster: cluster.name().to_owned(), revision: String::new(), sink };
    let labels: serde_json::Map<String, Value> =
        frame.labels.iter().map(|(key, value)| (key.clone(), value.as_str().into())).collect();
    let template = |metadata: Value| json!({ "spec": { "template": { "metadata": metadata } } });
    let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut metadata = json!({ "annotations": { RESTARTED_AT: now } });
    let mut before_eviction = None;
    if !labels.is_empty() {
        before_eviction = Some(template(json!({ "labels": labels })));
        metadata["labels"] = Value::Object(labels);
    }
    let rollout = template(metadata);
    let Scene { pods, version, .. } = scene;
    let at_once = usize::from(args.at_once);
    let job = Job { restarts: &plan.restarts, pods, version, at_once, rollout, before_eviction };
    let stopped = stop.clone().map(|kind| interrupt::error(kind, ALL));
    let ended = restart::restart(cluster, kinds, &scope, &job, stopped).await;
    sink.close();
    match ended {
        Ok(ended) => {
            let done = verdict(plan, &ended);
            (ended, done)
        }
        Err(error) => (Vec::new(), Err(error)),
    }
}

/// The run as a whole.
fn verdict(plan: &Plan, ended: &[Ended]) -> Result<()> {
    let count = |is: fn(&Ended) -> bool| ended.iter().filter(|one| is(one)).count();
    let failed = plan.restarts.iter().zip(ended).find(|(_, ended)| matches!(ended, Ended::Failed { .. }));
    let late = plan.restarts.iter().zip(ended).find(|(_, ended)| matches!(ended, Ended::TimedOut(_)));
    let left = count(|one| matches!(one, Ended::NotBegun));
    let rest = if left == 0 { String::new() } else { format!("; {left} were not begun") };
    let describe = |id: &ObjectId| {
        let namespace = id.namespace.as_deref().unwrap_or_default();
        format!("look closer: kubectl -n {namespace} describe {} {}", id.kind.to_lowercase(), id.name)
    };
    if let Some((Restart { id, .. }, _)) = failed {
        let all = count(|one| matches!(one, Ended::Failed { .. }));
        let more = if all > 1 { format!(", and {} more", all - 1) } else { String::new() };
        return Err(
            Error::failed("restart-failed", format!("{id} was not restarted well{more}{rest}")).hint(describe(id))
        );
    }
    let Some((Restart { id, .. }, Ended::TimedOut(state))) = late else {
        if left > 0 {
            let message = format!("the time was over{rest}");
            return Err(Error::new(Kind::TimedOut, "timed-out", message).hint("give more time with --timeout"));
        }
        return Ok(());
    };
    let message = format!("the time was over before {id} was ready: {state}{rest}");
    Err(Error::new(Kind::TimedOut, "not-ready", message).hint("give more time with --timeout").hint(describe(id)))
}

/// The result for machines.
fn document(cluster: &Cluster, frame: &Frame, plan: &Plan, ended: &[Ended], error: Option<&Error>) -> Value {
    let restarts = plan.restarts.iter().enumerate().map(|(place, one)| {
        let mut row = json!({
            "object": one.id,
            "why": one.why,
            "way": one.way,
            "pods": one.pods.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            "before": one.before.to_string(),
            "state": "planned",
        });
        if one.way == Way::Rollout
            && let Some(after) = one.after
        {
            row["wanted"] = after.to_string().into();
        }
        match ended.get(place) {
            Some(Ended::Done { after, pods }) => {
                row["state"] = "done".into();
                row["after"] = after.to_string().into();
                row["count"] = (*pods).into();
            }
            Some(Ended::Failed { cause, lines }) => {
                row["state"] = "failed".into();
                row["cause"] = (*cause).into();
                row["causes"] = lines.clone().into();
            }
            Some(Ended::TimedOut(state)) => {
                row["state"] = "timed-out".into();
                row["causes"] = json!([state]);
            }
            Some(Ended::NotBegun) => row["state"] = "not-begun".into(),
            None => {}
        }
        row
    });
    let left = plan.left.iter().map(|one| json!({ "object": one.id, "outdated": one.outdated, "why": one.why }));
    let outside = plan.outside.iter().map(|one| json!({ "object": one.id, "rule": one.rule }));
    let mut element = json!({
        "cluster": cluster.name(),
        "changes": frame.changes,
        "restarts": restarts.collect::<Vec<_>>(),
        "left": left.collect::<Vec<_>>(),
        "outside": outside.collect::<Vec<_>>(),
        "current": plan.current,
        "warnings": frame.warnings,
    });
    if let Some(error) = error {
        element["error"] = failure::as_value(error);
    }
    json!({ "apiVersion": "mesh/v1", "kind": "Restart", "clusters": [element] })
}

/// Where the result is one document, nothing is said before it.
struct Silent;

impl Sink for Silent {
    fn event(&self, _: &Event) {}
}
