//! What goes wrong between mesh and the API server: connections that stand and say nothing, plugins that do not answer,
//! readers that stop reading, objects that do not go.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use mesh::cluster::Access;
use mesh::object::ObjectId;
use mesh::wait::Observer;
use serde_json::{Value, json};

use crate::harness::mesh::Mesh;
use crate::harness::planes::{self, REVISION_LINES, minimal_revision_with};
use crate::harness::proxy::Proxy;
use crate::harness::screen::Screen;

#[test]
fn connections_that_stand_and_say_nothing_are_given_up() -> Result<()> {
    let plane = planes::minimal()?;
    // What was there before passes nothing on any more; new connections work.
    let (lost, hushed) = (Proxy::start()?, Proxy::start()?);
    let stranded = minimal_revision_with(&lost.kubeconfig(&plane.cluster, "stranded")?, "stranded");
    let mut stranded = stranded.args(["--timeout", "150s"]).start()?;
    stranded.line_with("waiting for Deployment/istio-system/istiod-stranded")?;
    lost.strand();
    // Nothing is passed on at all for a while.
    let mut running = minimal_revision_with(&hushed.kubeconfig(&plane.cluster, "hushed")?, "hushed").start()?;
    running.line_with("waiting for Deployment/istio-system/istiod-hushed")?;
    hushed.silence(true);
    running.line_with("does not answer: not a word for")?;
    hushed.silence(false);
    running.end()?.expect_done(REVISION_LINES)?;
    let run = stranded.end()?;
    run.expect_done(REVISION_LINES)?;
    Ok(())
}

/// A plugin that is this shell script, in a kubeconfig of its own.
fn plugin(cluster: &Cluster, name: &str, script: &str) -> Result<(PathBuf, PathBuf)> {
    let path = cluster.folder().join(format!("{name}.sh"));
    fs::write(&path, format!("#!/bin/sh\n{script}\n"))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700))?;
    Ok((with_command(cluster, name, &path)?, path))
}

fn with_command(cluster: &Cluster, name: &str, command: &Path) -> Result<PathBuf> {
    let exec = json!({ "exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "command": command, "args": ["get-token"],
        "interactiveMode": "Never", "installHint": "brew install it",
    } });
    cluster.kubeconfig_edited(name, |config| config["users"][0]["user"] = exec)
}

#[test]
fn plugins_are_named_bounded_and_asked_no_more_than_needed() -> Result<()> {
    let plane = planes::minimal()?;
    let admin: Value = serde_json::from_str(&fs::read_to_string(plane.cluster.kubeconfig())?)?;
    let token = admin["users"][0]["user"]["token"].as_str().context("no token")?;
    let status = |kubeconfig: &Path, timeout: &str| Mesh::with(kubeconfig).args(["status", "--timeout", timeout]).run();

    let (sleeps, path) = plugin(&plane.cluster, "sleeps", "exec sleep 600")?;
    let run = status(&sleeps, "3s")?;
    run.expect_failed(4, &[&format!("`{} get-token` has not answered in time and was ended", path.display())])?;

    let run = status(&with_command(&plane.cluster, "missing", Path::new("/nonexistent/aws"))?, "20s")?;
    run.expect_failed(3, &["`/nonexistent/aws get-token` is not installed, or not in PATH", "hint: brew install it"])?;

    let says = format!(
        "echo '{{\"status\":{{\"token\":\"{token}\"}}}}'; printf 'expired: \\033[31m%s\\nlog in again\\n' {} >&2; exit 7",
        "x".repeat(60)
    );
    let (fails, path) = plugin(&plane.cluster, "fails", &says)?;
    let run = status(&fails, "20s")?;
    let shown = format!("`{} get-token` failed (exit status: 7)", path.display());
    run.expect_failed(3, &[&shown, "caused by: expired: ", "log in again"])?;
    ensure!(!run.stderr.contains(token) && !run.stderr.contains("xxxx") && !run.stderr.contains("Output {"), "{run}");

    let (empty, _) = plugin(&plane.cluster, "empty", &format!("echo 'token: {token}'"))?;
    let run = status(&empty, "20s")?;
    run.expect_failed(3, &["printed no credentials"])?;
    ensure!(!run.stderr.contains(token), "{run}");

    // A token that lasts 20 s is asked for once where the run takes less, though not so little that it might as well be
    // asked for with every request.
    let count = plane.cluster.folder().join("asked");
    let script = format!(
        "echo x >> '{}'; expires=$(date -u -d '+20 seconds' +%Y-%m-%dT%H:%M:%SZ); \
         echo \"{{\\\"kind\\\":\\\"ExecCredential\\\",\\\"status\\\":{{\\\"token\\\":\\\"{token}\\\",\\\"expirationTimestamp\\\":\\\"$expires\\\"}}}}\"",
        count.display()
    );
    let (brief, _) = plugin(&plane.cluster, "brief", &script)?;
    let run = minimal_revision_with(&brief, "brief").run()?;
    run.expect_done(REVISION_LINES)?;
    let asked = fs::read_to_string(&count)?.lines().count();
    // However fast the run is, it asks the server some fifty things.
    ensure!((1..=1 + run.took.as_secs() as usize / 14).contains(&asked), "asked {asked} times in {:?}", run.took);
    Ok(())
}

#[test]
fn a_reader_that_stops_reading_stops_nothing_else() -> Result<()> {
    let plane = planes::minimal()?;
    let (mut reader, mut writer) = std::io::pipe()?;
    // A pipe holds so much: whatever is written next waits for the reader.
    writer.write_all(&[b'x'; 65536])?;
    let mut child = Command::new(env!("CARGO_BIN_EXE_mesh"))
        .args([
            "install",
            "--set",
            "profile=minimal",
            "--set",
            "components.base.enabled=false",
            "--revision",
            "stalled",
        ])
        .env("KUBECONFIG", plane.cluster.kubeconfig())
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()?;
    let stderr = child.stderr.take().context("no stderr")?;
    let lines = std::thread::spawn(move || BufReader::new(stderr).lines().map_while(Result::ok).collect::<Vec<_>>());
    // It goes on to its end meanwhile, and gives its Lease back.
    let lease = "/apis/coordination.k8s.io/v1/namespaces/istio-system/leases/mesh.v1.stalled";
    let webhook = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/istio-sidecar-injector-stalled";
    plane.cluster.eventually(Duration::from_secs(120), "webhook", |cluster| cluster.get_opt(webhook))?;
    let given_back = |cluster: &Cluster| Ok(cluster.get_opt(lease)?.is_none().then_some(()));
    plane.cluster.eventually(Duration::from_secs(120), "Lease that is given back", given_back)?;
    ensure!(child.try_wait()?.is_none(), "what it has to say was not read");
    let mut text = String::new();
    reader.read_to_string(&mut text)?;
    ensure!(text.trim_start_matches('x') == REVISION_LINES, "{}", text.trim_start_matches('x'));
    ensure!(child.wait()?.success(), "{:?}", lines.join());

    // A reader that has gone is no failure.
    let (reader, writer) = std::io::pipe()?;
    drop(reader);
    let status = Command::new(env!("CARGO_BIN_EXE_mesh"))
        .args(["status"])
        .env("KUBECONFIG", plane.cluster.kubeconfig())
        .stdout(writer)
        .stderr(Stdio::null())
        .status()?;
    ensure!(status.code() == Some(0), "{status:?}");
    Ok(())
}

#[test]
fn logs_are_written_above_live_lines() -> Result<()> {
    let plane = planes::minimal()?;
    let args = "install -vv -y --set profile=minimal --set components.base.enabled=false --revision logged";
    let Some(screen) = Screen::of(&plane.cluster.kubeconfig(), args)? else { return Ok(()) };
    let (shown, code) = screen.end()?;
    ensure!(code == Some(0), "{shown}");
    let colour = regex::Regex::new("\u{1b}\\[[0-9;]*m")?;
    let plain = colour.replace_all(&shown, "");
    let places: Vec<usize> = plain.match_indices("TRACE mesh::").map(|(place, _)| place).collect();
    ensure!(places.len() > 10, "{plain:?}");
    for place in places {
        let before = plain[..place].trim_end_matches(' ');
        // At the start of a line, or of one that was just cleared.
        let fresh = before.is_empty() || ["\n", "\r", "K", "A", "J"].iter().any(|end| before.ends_with(end));
        ensure!(fresh, "torn: {:?}", &plain[place.saturating_sub(120)..(place + 60).min(plain.len())]);
    }
    Ok(())
}

#[test]
fn a_time_without_end_is_none() -> Result<()> {
    let plane = planes::demo()?;
    for time in ["18446744073709551615", "2562047h"] {
        let run = Mesh::on(&plane.cluster).args(["status", "--timeout", time]).run()?;
        ensure!(run.code == Some(0), "{time}: {run}");
    }
    Ok(())
}

/// Two that follow one collection by labels of their own both see what is theirs.
#[test]
fn each_selector_is_watched() -> Result<()> {
    let plane = planes::minimal()?;
    let maps = "/api/v1/namespaces/default/configmaps";
    for name in ["narrow-one", "narrow-two"] {
        let map =
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": {"watched": name}}});
        plane.cluster.create(maps, &map)?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let seen = runtime.block_on(async {
        let access = Access { kubeconfig: Some(plane.cluster.kubeconfig()), ..Access::default() };
        let cluster = mesh::cluster::Cluster::connect(&access, Duration::from_secs(20)).await?;
        let observer = Observer::new(&cluster, &cluster.kinds().await?);
        let id = |name: &str| ObjectId::new("v1", "ConfigMap", Some("default"), name);
        observer.follow(&id(""), Some("watched=narrow-one"))?;
        observer.follow(&id(""), Some("watched=narrow-two"))?;
        let both = observer.until(tokio::time::Instant::now() + Duration::from_secs(60), |observer| {
            (observer.get(&id("narrow-one")).is_some() && observer.get(&id("narrow-two")).is_some()).then_some(())
        });
        tokio::select! {
            both = both => Ok::<_, mesh::error::Error>(both),
            ended = observer.run() => ended.map(|()| None),
        }
    })?;
    ensure!(seen.is_some(), "one of them was never seen");
    Ok(())
}

#[test]
fn what_istiod_made_is_deleted_once_however_long_it_stays() -> Result<()> {
    let cluster = planes::builder().start()?;
    let run = Mesh::on(&cluster).install(["--set", "profile=minimal", "-y"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    let map = "/api/v1/namespaces/default/configmaps/istio-ca-root-cert";
    cluster.eventually(Duration::from_secs(120), "root certificate", |cluster| cluster.get_opt(map))?;
    cluster.merge(map, &json!({"metadata": {"finalizers": ["example.com/held"]}}))?;
    let mark = cluster.mark()?;
    let args = ["uninstall", "--purge", "-y", "-o", "json", "--timeout", "20s"];
    let run = Mesh::on(&cluster).args(args).run()?;
    let held = "ConfigMap/default/istio-ca-root-cert (waits for example.com/held)";
    ensure!(run.code == Some(4) && run.stdout.contains(held), "{run}");
    let deletes =
        cluster.requests_since(mark)?.by_agent("mesh/").by_verb("delete").filter(|one| one.path.starts_with(map));
    ensure!(deletes.count() == 1, "{} deletes", deletes.count());
    ensure!(run.stdout.matches("\"ConfigMap/default/istio-ca-root-cert\"").count() <= 1, "{run}");
    // Once it is let go, the same command goes on.
    cluster.merge(map, &json!({"metadata": {"finalizers": []}}))?;
    let run = Mesh::on(&cluster).args(["uninstall", "--purge", "-y"]).run()?;
    ensure!(run.code == Some(0), "{run}");
    Ok(())
}

#[test]
fn hostile_names_are_escaped_in_every_document() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = |name: &str, value: &str| -> Result<PathBuf> {
        let path = folder.path().join(name);
        let text = format!(
            "{{\"apiVersion\": \"v1\", \"kind\": \"A\", \"metadata\": {{\"name\": \"a\\u202eb\\u009b1m\"}}, \"x\": \"{value}\"}}"
        );
        fs::write(&path, text)?;
        Ok(path)
    };
    let (left, right) = (file("left.yaml", "1")?, file("right.yaml", "2")?);
    let words = ["manifest".into(), "diff".into(), left.into_os_string(), right.into_os_string()];
    let run = Mesh::alone().args(words).args(["-o", "json"]).run()?;
    ensure!(run.code == Some(1) && run.stdout.contains("\\u202e"), "{run}");
    run.is_plain()?;
    let set = "meshConfig.accessLogFormat=a\u{202e}b";
    let run = Mesh::alone().args(["manifest", "generate", "--set", set, "-o", "json"]).run()?;
    ensure!(run.code == Some(0) && run.stdout.contains("\\u202e"), "{run}");
    run.is_plain()?;
    Ok(())
}
