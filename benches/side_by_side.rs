//! Whole processes side by side: `mesh` and the reference in turn, wall time and peak memory of each.
//!
//! `MESH_TEST_ISTIOCTL=/path/to/istioctl cargo bench --bench side_by_side`; without the variable only `mesh` is measured.
//! `MESH_TEST_CHARTS`, the `manifests` folder of an Istio release, adds rendering from its charts. Where `KUBECONFIG` is also
//! in `MESH_BENCH_KUBECONFIG`, the reference injects beside `mesh`, and installing again without changes is measured there.
//! Figures of a shared machine are noisy: quote the medians and the ratio.
#![expect(clippy::expect_used, reason = "a measurement that cannot be made ends with what was expected")]

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Counted runs of each command, after one that is not.
const RUNS: usize = 11;

/// Names the cluster that installations are measured on.
const KUBECONFIG: &str = "MESH_BENCH_KUBECONFIG";

/// How many Deployments injection is measured with.
const DEPLOYMENTS: usize = 1000;

/// What is compared: a name, the arguments of `mesh`, those of the reference.
struct Pair {
    name: &'static str,
    mesh: Vec<OsString>,
    reference: Vec<OsString>,
    /// Whether the reference is left out.
    alone: bool,
}

impl Pair {
    fn new(name: &'static str, mesh: &[&str], reference: &[&str]) -> Self {
        let owned = |args: &[&str]| args.iter().map(OsString::from).collect();
        Self { name, mesh: owned(mesh), reference: owned(reference), alone: false }
    }

    fn same(name: &'static str, args: &[&str]) -> Self {
        Self::new(name, args, args)
    }

    fn with(mut self, flag: &str, value: &OsStr) -> Self {
        for args in [&mut self.mesh, &mut self.reference] {
            args.extend([flag.into(), value.to_owned()]);
        }
        self
    }
}

fn pairs(mesh: &Path, folder: &Path) -> Vec<Pair> {
    let mut pairs = vec![
        Pair::new("version of the client", &["version", "--client"], &["version", "--remote=false"]),
        Pair::same("render demo", &["manifest", "generate", "--set", "profile=demo"]),
        Pair::same("render default", &["manifest", "generate"]),
    ];
    if let Some(charts) = env::var_os("MESH_TEST_CHARTS") {
        let demo = Pair::same("render demo from charts", &["manifest", "generate", "--set", "profile=demo"]);
        pairs.push(demo.with("--manifests", &charts));
    }
    let mut inject = Pair::new("inject 1,000 Deployments", &["inject"], &["kube-inject"]);
    for (flag, file) in injection(mesh, folder) {
        inject = inject.with(flag, file.as_os_str());
    }
    // The reference asks a cluster for its version, and waits long for one that does not answer.
    inject.alone = env::var_os(KUBECONFIG).is_none();
    pairs.push(inject);
    if env::var_os(KUBECONFIG).is_some() {
        pairs.push(Pair::same("install demo again, unchanged", &["install", "--set", "profile=demo", "-y"]));
    }
    pairs
}

/// The flags and files of an injection without a cluster: the default installation's templates, and plain Deployments.
fn injection(mesh: &Path, folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let rendered =
        Command::new(mesh).args(["manifest", "generate", "-o", "json"]).output().expect("mesh starts").stdout;
    let objects: serde_json::Value = serde_json::from_slice(&rendered).expect("a list as JSON");
    let map = |name: &str| {
        let of = |object: &&serde_json::Value| object["kind"] == "ConfigMap" && object["metadata"]["name"] == name;
        objects["items"].as_array().and_then(|items| items.iter().find(of)).expect("a ConfigMap")
    };
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a file is written");
        path
    };
    let entry = |map_name: &str, key: &str| write(key, map(map_name)["data"][key].as_str().expect("an entry"));
    let deployments: String = (0..DEPLOYMENTS)
        .map(|number| {
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-{number}\nspec:\n  replicas: 3\n  selector:\n    \
                 matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      \
                 containers:\n      - name: nginx\n        image: nginx:1.14.2\n        ports:\n        - containerPort: 80\n---\n"
            )
        })
        .collect();
    vec![
        ("--injectConfigFile", entry("istio-sidecar-injector", "config")),
        ("--valuesFile", entry("istio-sidecar-injector", "values")),
        ("--meshConfigFile", entry("istio", "mesh")),
        ("-f", write("deployments.yaml", &deployments)),
    ]
}

struct Run {
    wall: Duration,
    peak_kib: Option<u64>,
}

fn main() {
    let mesh = PathBuf::from(env!("CARGO_BIN_EXE_mesh"));
    let reference = env::var_os("MESH_TEST_ISTIOCTL").map(PathBuf::from);
    let kubeconfig = env::var_os(KUBECONFIG);
    let folder = tempfile::tempdir().expect("a folder");
    let mut out = std::io::stdout().lock();
    let mut line = |text: String| writeln!(out, "{text}").expect("stdout");
    if reference.is_none() {
        line("MESH_TEST_ISTIOCTL is not set: only mesh is measured".to_owned());
    }
    line(format!("{:<32} {:>12} {:>12} {:>12} {:>12} {:>8}", "", "mesh", "peak", "reference", "peak", "ratio"));
    for Pair { name, mesh: ours, reference: theirs, alone } in pairs(&mesh, folder.path()) {
        let (mut our_runs, mut their_runs) = (Vec::new(), Vec::new());
        for counted in 0..=RUNS {
            let ours = run(&mesh, &ours, kubeconfig.as_deref());
            let theirs =
                reference.as_deref().filter(|_| !alone).map(|reference| run(reference, &theirs, kubeconfig.as_deref()));
            if counted > 0 {
                our_runs.push(ours);
                their_runs.extend(theirs);
            }
        }
        let (mesh_wall, mesh_peak) = median(&mut our_runs);
        let (reference_wall, reference_peak, ratio) = if their_runs.is_empty() {
            ("-".to_owned(), "-".to_owned(), "-".to_owned())
        } else {
            let (wall, peak) = median(&mut their_runs);
            (milliseconds(wall), peak, format!("{:.1}x", wall.as_secs_f64() / mesh_wall.as_secs_f64()))
        };
        line(format!(
            "{name:<32} {:>12} {mesh_peak:>12} {reference_wall:>12} {reference_peak:>12} {ratio:>8}",
            milliseconds(mesh_wall)
        ));
    }
}

/// One run of a command as a whole process; its peak memory where `/usr/bin/time` is GNU's.
fn run(program: &Path, args: &[OsString], kubeconfig: Option<&OsStr>) -> Run {
    let measure = Path::new("/usr/bin/time").exists();
    let report = env::temp_dir().join(format!("mesh-bench-{}", std::process::id()));
    let mut command = if measure {
        let mut time = Command::new("/usr/bin/time");
        time.args(["-f", "%M", "-o"]).arg(&report).arg(program);
        time
    } else {
        Command::new(program)
    };
    command
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .env("KUBECONFIG", kubeconfig.unwrap_or("/nonexistent".as_ref()));
    let began = Instant::now();
    let status = command.status().expect("the command starts");
    let wall = began.elapsed();
    assert!(status.success(), "{} {args:?}: {status}", program.display());
    let peak = std::fs::read_to_string(&report).ok().filter(|_| measure);
    let _ = std::fs::remove_file(&report);
    Run { wall, peak_kib: peak.and_then(|text| text.trim().parse().ok()) }
}

fn median(runs: &mut [Run]) -> (Duration, String) {
    runs.sort_by_key(|run| run.wall);
    let wall = runs[runs.len() / 2].wall;
    runs.sort_by_key(|run| run.peak_kib);
    let peak = runs[runs.len() / 2].peak_kib;
    (wall, peak.map_or_else(|| "-".to_owned(), |kib| format!("{:.1} MiB", kib as f64 / 1024.0)))
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}
