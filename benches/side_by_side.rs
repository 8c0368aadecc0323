//! Whole processes side by side: `mesh` and the reference in turn, wall time and peak memory of each.
//!
//! `MESH_TEST_ISTIOCTL=/path/to/istioctl cargo bench --bench side_by_side`; without the variable only `mesh` is measured.
//! Where `KUBECONFIG` is also in `MESH_BENCH_KUBECONFIG`, installing again without changes is measured on that cluster.
//! Figures of a shared machine are noisy: quote the medians and the ratio.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Counted runs of each command, after one that is not.
const RUNS: usize = 11;

/// What is compared: a name, the arguments of `mesh`, those of the reference.
const OFFLINE: &[(&str, &[&str], &[&str])] = &[
    ("version of the client", &["version", "--client"], &["version", "--remote=false"]),
    (
        "render demo",
        &["manifest", "generate", "--set", "profile=demo"],
        &["manifest", "generate", "--set", "profile=demo"],
    ),
    ("render default", &["manifest", "generate"], &["manifest", "generate"]),
];

const ON_CLUSTER: &[(&str, &[&str], &[&str])] = &[(
    "install demo again, unchanged",
    &["install", "--set", "profile=demo", "-y"],
    &["install", "--set", "profile=demo", "-y"],
)];

struct Run {
    wall: Duration,
    peak_kib: Option<u64>,
}

fn main() {
    let mesh = PathBuf::from(env!("CARGO_BIN_EXE_mesh"));
    let reference = env::var_os("MESH_TEST_ISTIOCTL").map(PathBuf::from);
    let kubeconfig = env::var_os("MESH_BENCH_KUBECONFIG");
    let mut out = std::io::stdout().lock();
    let mut line = |text: String| writeln!(out, "{text}").expect("stdout");
    if reference.is_none() {
        line("MESH_TEST_ISTIOCTL is not set: only mesh is measured".to_owned());
    }
    line(format!("{:<32} {:>12} {:>12} {:>12} {:>12} {:>8}", "", "mesh", "peak", "reference", "peak", "ratio"));
    let cluster = if kubeconfig.is_some() { ON_CLUSTER } else { &[] };
    for (name, ours, theirs) in OFFLINE.iter().chain(cluster) {
        let (mut our_runs, mut their_runs) = (Vec::new(), Vec::new());
        for counted in 0..=RUNS {
            let ours = run(&mesh, ours, kubeconfig.as_deref());
            let theirs = reference.as_deref().map(|reference| run(reference, theirs, kubeconfig.as_deref()));
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
fn run(program: &Path, args: &[&str], kubeconfig: Option<&std::ffi::OsStr>) -> Run {
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
