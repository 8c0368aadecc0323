//! `kill -9` at a write of an installation or of an upgrade, then the same command again: what is live is what an
//! undisturbed run leaves.
//!
//! The points are seeded here, and every write in the long run:
//! `cargo test --test it killed::at_every_write -- --ignored --nocapture`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;

use crate::harness::gate::{self, Point};
use crate::harness::live::{self, Dump};
use crate::harness::mesh::{DEMO_LINES, Mesh};
use crate::harness::planes::{self, all_at_once};
use crate::harness::say;

/// Points of each of the two, installation and upgrade.
const POINTS: usize = 6;
const SEED: u64 = 0x6d65_7368;
/// How many points of the long run are tried at once, each on a control plane of its own.
const LANES: usize = 2;
/// What an upgrade changes: ConfigMaps, a Deployment, and a PodDisruptionBudget and an autoscaler that go.
const CHANGED: [&str; 6] = [
    "--set",
    "meshConfig.accessLogFile=/dev/stdout",
    "--set",
    "values.global.defaultPodDisruptionBudget.enabled=false",
    "--set",
    "values.pilot.autoscaleEnabled=false",
];

fn install(revision: &str, more: &[&str]) -> Vec<String> {
    let args =
        ["install", "-y", "--set", "profile=minimal", "--set", "components.base.enabled=false", "--revision", revision];
    args.iter().chain(more).map(|arg| (*arg).to_owned()).collect()
}

/// What is live of a revision, with its name left out.
fn of_revision(all: &Dump, revision: &str) -> Result<Dump> {
    let mine = all
        .iter()
        .filter(|(name, _)| name.ends_with(&format!("-{revision}")) || name.contains(&format!("-{revision}-")));
    mine.map(|(name, object)| {
        let object = object.to_string().replace(revision, "REVISION");
        Ok((name.replace(revision, "REVISION"), serde_json::from_str(&object)?))
    })
    .collect()
}

/// `count` different numbers from 1 to `most`, the same every time.
fn seeded(count: usize, most: usize, seed: u64) -> Vec<usize> {
    let mut state = seed;
    let mut found: Vec<usize> = Vec::new();
    while found.len() < count.min(most) {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let one = usize::try_from(state >> 33).unwrap_or(0) % most + 1;
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

/// Runs `command`, killed at a point, then again to its end.
fn killed_then_again(cluster: &Cluster, name: &str, point: Point, command: &[String]) -> Result<()> {
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    let (_, run) = gate::through(cluster, &format!("{name}.yaml"), Some(point), &words)?;
    ensure!(run.code.is_none(), "{point:?} was never reached: {run}");
    let run = Mesh::on(cluster).args(command).run()?;
    ensure!(run.code == Some(0) && run.stdout.ends_with("✔ Installation complete\n"), "{point:?}: {run}");
    Ok(())
}

#[test]
fn at_seeded_writes() -> Result<()> {
    let plane = planes::minimal()?;
    let cluster = &plane.cluster;
    // The undisturbed runs, through the gate too, which counts their writes.
    let calm = |more: &[&str]| -> Result<usize> {
        let command = install("calm", more);
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let (writes, run) = gate::through(cluster, "calm.yaml", None, &words)?;
        run.expect_done(planes::REVISION_LINES).map(|()| writes)
    };
    let installing = calm(&[])?;
    let installed = of_revision(&live::dump(cluster)?, "calm")?;
    let upgrading = calm(&CHANGED)?;
    let upgraded = of_revision(&live::dump(cluster)?, "calm")?;
    ensure!(
        installed.len() >= 10 && installing > 15 && upgrading > 8,
        "{installing} and {upgrading} writes: {installed:#?}"
    );
    ensure!(upgraded.len() < installed.len(), "an upgrade that deletes nothing");
    let points = |most, seed| seeded(POINTS, most, seed).into_iter().enumerate();
    let installs = points(installing, SEED).map(|(index, write)| (format!("ki{index}"), write, false));
    let upgrades = points(upgrading, SEED + 1).map(|(index, write)| (format!("ku{index}"), write, true));
    let cases: Vec<(String, usize, bool)> = installs.chain(upgrades).collect();
    all_at_once(cases.iter().map(|(revision, write, upgrade)| {
        move || {
            let point = Point { write: *write, after: write % 2 == 0 };
            if *upgrade {
                Mesh::on(cluster).args(install(revision, &[])).run()?.expect_done(planes::REVISION_LINES)?;
            }
            let more = if *upgrade { &CHANGED[..] } else { &[] };
            killed_then_again(cluster, revision, point, &install(revision, more)).with_context(|| revision.clone())
        }
    }))?;
    let all = live::dump(cluster)?;
    for (revision, write, upgrade) in &cases {
        let wanted = if *upgrade { &upgraded } else { &installed };
        let differences = live::differences(wanted, &of_revision(&all, revision)?);
        ensure!(differences.is_empty(), "killed at write {write} (upgrade: {upgrade}): {}", differences.join("\n"));
    }
    Ok(())
}

/// Takes everything away again, by the way that users take: what is there then is what a new cluster has.
fn removed(cluster: &Cluster, fresh: &Dump) -> Result<()> {
    let run = Mesh::on(cluster).args(["uninstall", "--purge", "--delete-crds", "-y"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    let namespace = "/api/v1/namespaces/istio-system";
    // It goes where mesh made it.
    if cluster.get_opt(namespace)?.is_some_and(|one| one["metadata"]["deletionTimestamp"].is_null()) {
        cluster.delete(namespace)?;
    }
    let gone = |cluster: &Cluster| Ok(cluster.get_opt(namespace)?.is_none().then_some(()));
    cluster.eventually(Duration::from_secs(120), "the namespace to go", gone)?;
    let differences = live::differences(fresh, &live::dump(cluster)?);
    ensure!(differences.is_empty(), "after uninstall --purge: {}", differences.join("\n"));
    Ok(())
}

#[test]
#[ignore = "takes about half an hour: every write of an installation and of an upgrade"]
fn at_every_write() -> Result<()> {
    let demo = ["install", "-y", "--set", "profile=demo"].map(str::to_owned).to_vec();
    let changed: Vec<String> = demo.iter().cloned().chain(CHANGED.map(str::to_owned)).collect();
    let count = |cluster: &Cluster, command: &[String]| -> Result<usize> {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let (writes, run) = gate::through(cluster, "calm.yaml", None, &words)?;
        run.expect_done(DEMO_LINES).map(|()| writes)
    };
    let calm = planes::builder().start()?;
    let fresh = live::dump(&calm)?;
    let installing = count(&calm, &demo)?;
    let installed = live::dump(&calm)?;
    let upgrading = count(&calm, &changed)?;
    let upgraded = live::dump(&calm)?;
    calm.stop()?;
    let writes = (1..=installing).map(|write| (write, false)).chain((1..=upgrading).map(|write| (write, true)));
    let cases: Vec<(Point, bool)> =
        writes.flat_map(|(write, upgrade)| [false, true].map(|after| (Point { write, after }, upgrade))).collect();
    let one = |cluster: &Cluster, (point, upgrade): (Point, bool)| -> Result<()> {
        if upgrade {
            Mesh::on(cluster).args(&demo).run()?.expect_done(DEMO_LINES)?;
        }
        killed_then_again(cluster, "killed", point, if upgrade { &changed } else { &demo })?;
        let differences = live::differences(if upgrade { &upgraded } else { &installed }, &live::dump(cluster)?);
        ensure!(differences.is_empty(), "{}", differences.join("\n"));
        removed(cluster, &fresh)
    };
    let next = AtomicUsize::new(0);
    all_at_once((0..LANES).map(|_| {
        || {
            // A point that fails is told of, and the others are run all the same, on a control plane that is new.
            let mut failed = Vec::new();
            let mut cluster = planes::builder().start()?;
            while let Some((point, upgrade)) = cases.get(next.fetch_add(1, Ordering::SeqCst)).copied() {
                let ended = one(&cluster, (point, upgrade))
                    .map_or_else(|error| format!("{error:#}"), |()| "the same".to_owned());
                let line = format!("{point:?} (upgrade: {upgrade}) of {installing} and {upgrading}: {ended}");
                say(&line);
                if ended != "the same" {
                    failed.push(line);
                    cluster = planes::builder().start()?;
                }
            }
            ensure!(failed.is_empty(), "{}", failed.join("\n"));
            Ok(())
        }
    }))
}
