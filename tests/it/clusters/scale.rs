//! How many clusters in one run go with memory and time. Runs of their own:
//! `cargo test --release --test it clusters::scale -- --ignored --nocapture --test-threads 1`

use std::ffi::OsStr;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::gate;
use crate::harness::mesh::{MINIMAL_LINES, Mesh};
use crate::harness::planes::builder;
use crate::harness::{say, schema};

/// So many clusters are verified in one run.
const MANY: usize = 200;
/// So much memory that may take at its peak, in KiB.
const MOST: u64 = 150 * 1024;

/// A kubeconfig with a context for each of these names and servers, nobody's in particular.
fn contexts(cluster: &Cluster, name: &str, all: &[(String, String)]) -> Result<std::path::PathBuf> {
    let list = |key: &str, value: fn(&(String, String)) -> Value| -> Value {
        all.iter().map(|one| json!({"name": one.0, key: value(one)})).collect()
    };
    cluster.kubeconfig_edited(name, |config| {
        *config = json!({
            "apiVersion": "v1", "kind": "Config",
            "clusters": list("cluster", |one| json!({"server": one.1})),
            "users": list("user", |_| json!({})),
            "contexts": list("context", |one| json!({"cluster": one.0, "user": one.0})),
        });
    })
}

/// One control plane behind two hundred addresses: to mesh these are two hundred clusters.
#[test]
#[ignore = "takes minutes"]
fn two_hundred_clusters_are_verified_in_150_mebibytes() -> Result<()> {
    let cluster = builder().start()?;
    Mesh::on(&cluster).install(["--set", "profile=minimal"]).run()?.expect_done(MINIMAL_LINES)?;
    let (address, _open) = gate::open(&cluster, Duration::ZERO)?;
    let all: Vec<(String, String)> =
        (0..MANY).map(|place| (format!("c{place}"), format!("http://{address}/many/{place}"))).collect();
    let kubeconfig = contexts(&cluster, "many", &all)?;
    let list: Vec<Value> = all.iter().map(|(name, _)| json!({"context": name})).collect();
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("fleet.yaml");
    std::fs::write(&file, json!({"clusters": list}).to_string())?;
    // GNU's time, which tells the peak of a process.
    let began = Instant::now();
    let output = Command::new("/usr/bin/time")
        .args(["-f", "peak %M", env!("CARGO_BIN_EXE_mesh"), "verify", "-o", "json", "--contexts-file"])
        .arg(&file)
        .env("KUBECONFIG", &kubeconfig)
        .output()
        .context("/usr/bin/time is not there")?;
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{stderr}");
    schema::hold(["verify", "-o", "json"].map(OsStr::new), output.status.code(), &stdout, &stderr)?;
    let document: Value = serde_json::from_str(&stdout)?;
    let passed = document["clusters"].as_array().into_iter().flatten().filter(|one| one["passed"] == true).count();
    ensure!(passed == MANY, "{passed} of {MANY}");
    let peak = stderr.lines().find_map(|line| line.strip_prefix("peak ")).context("no peak")?;
    let peak: u64 = peak.parse().with_context(|| format!("{peak:?} is no number"))?;
    say(&format!("{MANY} clusters verified in {:.1?}, {:.1} MiB at the peak", began.elapsed(), peak as f64 / 1024.0));
    ensure!(peak < MOST, "{peak} KiB are more than {MOST}");
    Ok(())
}

/// Four control planes, one after the other and side by side, as they are and with 200 ms before each answer.
#[test]
#[ignore = "measures: takes minutes"]
fn four_clusters_side_by_side_and_one_after_the_other() -> Result<()> {
    let clusters: Vec<Cluster> = (0..4).map(|_| builder().start()).collect::<Result<_>>()?;
    for delay in [Duration::ZERO, Duration::from_millis(200)] {
        let gates = clusters.iter().map(|one| gate::open(one, delay)).collect::<Result<Vec<_>>>()?;
        let all: Vec<(String, String)> = gates
            .iter()
            .enumerate()
            .map(|(place, (address, _))| (format!("c{place}"), format!("http://{address}")))
            .collect();
        let kubeconfig = contexts(&clusters[0], "four", &all)?;
        let timed = |words: &str, contexts: &[&str]| -> Result<f64> {
            let contexts = contexts.iter().flat_map(|name| ["--context", name]);
            let began = Instant::now();
            let run = Mesh::with(&kubeconfig).args(words.split(' ').chain(contexts)).run()?;
            ensure!(run.code == Some(0), "{run}");
            Ok(began.elapsed().as_secs_f64())
        };
        let names = ["c0", "c1", "c2", "c3"];
        let (install, gone) = ("install --set profile=demo -y", "uninstall --purge -y");
        let single = names.iter().map(|name| timed(install, &[*name])).collect::<Result<Vec<f64>>>()?;
        timed(gone, &names)?;
        let together = timed(install, &names)?;
        timed(gone, &names)?;
        let (sum, one) = (single.iter().sum::<f64>(), single.iter().copied().fold(0.0, f64::max));
        say(&format!(
            "{delay:?} before each answer: one {one:.1} s, the sum of four {sum:.1} s, four at once {together:.1} s: {:.2} of the sum, {:.2} of one",
            together / sum,
            together / one
        ));
    }
    Ok(())
}
