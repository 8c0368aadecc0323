//! Control planes that several tests share: starting one takes seconds, and most tests only look, or work on a revision of
//! their own. They live until the test process ends, and their supervisors end with it.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use anyhow::{Result, anyhow, ensure};
use cluster::{Behaviour, Cluster, Failure, Fault, Istiod, Pods, Requests};
use serde_json::Value;

use super::history::{Changes, version_now};
use super::live;
use super::mesh::{Mesh, Run};

/// Who installs in these tests. Nobody else has this name, so every request of it is mesh's.
pub(crate) const INSTALLER: &str = "installer";

/// Who asks nothing of a cluster that others ask meanwhile: the user of input that is refused.
pub(crate) const SILENT: &str = "silent";

/// A fresh control plane onto which one profile was installed, and then once more.
pub(crate) struct Installed {
    pub(crate) cluster: Cluster,
    pub(crate) first: Run,
    pub(crate) first_requests: Requests,
    /// What the first run changed, in order.
    pub(crate) changes: Changes,
    /// Everything there was after the first run.
    pub(crate) live: live::Dump,
    pub(crate) second: Run,
    pub(crate) second_requests: Requests,
}

impl Installed {
    fn fresh(profile: &str) -> Result<Self> {
        let cluster = builder().start()?;
        let before = version_now(&cluster)?;
        let (first, first_requests) = Self::install(&cluster, profile)?;
        let changes = Changes::since(&cluster, before)?;
        let live = live::dump(&cluster)?;
        let (second, second_requests) = Self::install(&cluster, profile)?;
        Ok(Self { cluster, first, first_requests, changes, live, second, second_requests })
    }

    fn install(cluster: &Cluster, profile: &str) -> Result<(Run, Requests)> {
        let mark = cluster.mark()?;
        let kubeconfig = cluster.kubeconfig_for(INSTALLER)?;
        let run = Mesh::with(&kubeconfig).install(["--set", &format!("profile={profile}")]).run()?;
        let requests = cluster.requests_since(mark)?.filter(|request| request.user == INSTALLER);
        Ok((run, requests))
    }

    /// The live object of this kind and name.
    pub(crate) fn object(&self, path: &str) -> Result<Value> {
        self.cluster.get(path)
    }
}

/// What all tests of installations start from: the stand-in istiod whatever the machine has, so that they are the same
/// everywhere.
pub(crate) fn builder() -> cluster::Builder {
    let builder = Cluster::builder().istiod(Istiod::StandIn(Behaviour::default()));
    let builder =
        [INSTALLER, SILENT].into_iter().fold(builder, |builder, user| builder.user(user, &["system:masters"]));
    failures().into_iter().fold(builder, cluster::Builder::fail)
}

type Shared = LazyLock<std::result::Result<Installed, String>>;

static DEMO: Shared = LazyLock::new(|| Installed::fresh("demo").map_err(|error| format!("{error:#}")));
static DEFAULT: Shared = LazyLock::new(|| Installed::fresh("default").map_err(|error| format!("{error:#}")));
static MINIMAL: Shared = LazyLock::new(|| Installed::fresh("minimal").map_err(|error| format!("{error:#}")));

/// The one with demo. Tests only look at it.
pub(crate) fn demo() -> Result<&'static Installed> {
    shared(&DEMO)
}

/// The one with default. Tests only look at it.
pub(crate) fn default() -> Result<&'static Installed> {
    shared(&DEFAULT)
}

/// The one with minimal. Tests may install revisions of their own beside it.
pub(crate) fn minimal() -> Result<&'static Installed> {
    shared(&MINIMAL)
}

fn shared(plane: &'static Shared) -> Result<&'static Installed> {
    plane.as_ref().map_err(|error| anyhow!("the shared control plane: {error}"))
}

/// What a crashing istiod logs; the last line is hostile to terminals.
const CRASH_LOG: [&str; 3] = ["starting", "cannot bind port 15010", "\u{1b}[31mfatal: gave up"];

/// Which revisions fail, and how; a pod tells its revision by a label. Everything is there from the start, as changing
/// what fails would disturb tests that run at the same time.
pub(crate) fn failures() -> Vec<Failure> {
    let istiod = |revision: &str| Pods::label("istio.io/rev", revision).and_label("app", "istiod");
    let of = |revision: &str, fault: Fault| Failure::new(istiod(revision), fault);
    let logs = || CRASH_LOG.map(str::to_owned).to_vec();
    let unready = || Fault::NeverReady { message: "HTTP probe failed with statuscode: 503".into() };
    let unconfigured =
        Fault::Waiting { reason: "CreateContainerConfigError".into(), message: "configmap \"gone\" not found".into() };
    vec![
        Failure::image_not_found("pilot:missing"),
        of("denied", Fault::ImageDenied),
        of("unanswered", Fault::ImageTimeout),
        of("crash", Fault::CrashLoop { exit_code: 1, logs: logs() }),
        of("unready", unready()),
        of("unconfigured", unconfigured),
        of("commandless", Fault::NoCommand),
        of("hungry", Fault::CrashLoop { exit_code: 137, logs: Vec::new() }),
        of("once", Fault::CrashOnce { exit_code: 1, logs: logs(), ready_after: Duration::from_secs(33) }),
        of("before", Fault::CrashedBefore),
        of("waiting", unready()),
        of("terminated", unready()),
        of("holding", unready()),
        of("stopped", unready()),
        of("stranded", Fault::Slow(Duration::from_secs(8))),
        of("hushed", Fault::Slow(Duration::from_secs(8))),
        of("two", Fault::Slow(Duration::from_secs(6))),
    ]
}

/// The result lines of [`minimal_revision`].
pub(crate) const REVISION_LINES: &str = "✔ Istiod installed\n✔ Installation complete\n";

/// An installation of minimal as a revision of its own. What all revisions share stays as it is: rewriting the labels of
/// 15 CRDs with every one of them is work for the API server and says nothing about the revision.
pub(crate) fn minimal_revision(plane: &Installed, revision: &str) -> Mesh {
    minimal_revision_with(&plane.cluster.kubeconfig(), revision)
}

/// The same by another way to the cluster.
pub(crate) fn minimal_revision_with(kubeconfig: &Path, revision: &str) -> Mesh {
    let args = ["--set", "profile=minimal", "--set", "components.base.enabled=false", "--revision", revision];
    Mesh::with(kubeconfig).install(args)
}

/// Runs all of them at once, as most of their time is waiting; fails with what all that failed say.
pub(crate) fn all_at_once<F>(cases: impl Iterator<Item = F>) -> Result<()>
where
    F: FnOnce() -> Result<()> + Send,
{
    let failed: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = cases.map(|case| scope.spawn(case)).collect();
        let ended =
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        ended.filter_map(Result::err).map(|error| format!("{error:#}")).collect()
    });
    ensure!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n\n"));
    Ok(())
}
