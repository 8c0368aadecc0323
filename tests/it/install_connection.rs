//! Every way a kubeconfig can lead to a cluster.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::harness::mesh::{DEMO_LINES, Mesh};
use crate::harness::planes::{self, Installed, REVISION_LINES, minimal_revision_with};
use crate::harness::proxy::Proxy;
use crate::harness::say;

const INSTALL: [&str; 2] = ["--set", "profile=demo"];

fn admin(plane: &Installed) -> Result<Value> {
    Ok(serde_json::from_str(&fs::read_to_string(plane.cluster.kubeconfig())?)?)
}

fn token(plane: &Installed) -> Result<String> {
    Ok(admin(plane)?["users"][0]["user"]["token"].as_str().context("no token")?.to_owned())
}

/// A run without anything to change: it connects, asks for everything and writes nothing.
fn works(kubeconfig: &Path) -> Result<()> {
    Mesh::with(kubeconfig).install(INSTALL).run()?.expect_done(DEMO_LINES)
}

#[test]
fn kubeconfig_may_be_a_list_of_files() -> Result<()> {
    let plane = planes::demo()?;
    let folder = tempfile::tempdir()?;
    let whole = admin(plane)?;
    let part = |name: &str, keep: &[&str]| -> Result<PathBuf> {
        let mut part = json!({ "apiVersion": "v1", "kind": "Config" });
        for field in keep {
            part[*field] = whole[*field].clone();
        }
        let path = folder.path().join(name);
        fs::write(&path, part.to_string())?;
        Ok(path)
    };
    let one = part("one", &["clusters", "contexts", "current-context"])?;
    let two = part("two", &["users"])?;
    let list = std::env::join_paths([folder.path().join("absent"), one, two])?;
    Mesh::alone().env("KUBECONFIG", list).install(INSTALL).run()?.expect_done(DEMO_LINES)?;
    // The flag wins over the variable.
    let flag = ["--kubeconfig".into(), plane.cluster.kubeconfig().into_os_string()];
    Mesh::with(Path::new("/nonexistent")).install(INSTALL).args(flag).run()?.expect_done(DEMO_LINES)
}

#[test]
fn credentials_come_from_where_the_kubeconfig_says() -> Result<()> {
    let plane = planes::demo()?;
    let folder = tempfile::tempdir()?;
    let token = token(plane)?;

    let plugin = folder.path().join("plugin.sh");
    let answer = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": { "token": token },
    });
    fs::write(&plugin, format!("#!/bin/sh\n[ \"$WANTED\" = yes ] && [ \"$1\" = token ] && echo '{answer}'\n"))?;
    let mode: fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    fs::set_permissions(&plugin, mode)?;
    let exec = json!({ "exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "command": plugin, "args": ["token"],
        "env": [{ "name": "WANTED", "value": "yes" }], "interactiveMode": "Never",
    } });
    works(&plane.cluster.kubeconfig_edited("exec", |config| config["users"][0]["user"] = exec)?)?;

    let file = folder.path().join("token");
    fs::write(&file, &token)?;
    works(
        &plane
            .cluster
            .kubeconfig_edited("token-file", |config| config["users"][0]["user"] = json!({ "tokenFile": file }))?,
    )?;

    works(&plane.cluster.kubeconfig_with_certificate("someone", Some("system:masters"))?)
}

#[test]
fn somebody_else_can_be_acted_as() -> Result<()> {
    let plane = planes::demo()?;
    let mark = plane.cluster.mark()?;
    let run =
        Mesh::on(&plane.cluster).install(INSTALL).args(["--as", "deputy", "--as-group", "system:masters"]).run()?;
    run.expect_done(DEMO_LINES)?;
    let asked = plane.cluster.requests_since(mark)?.by_agent("mesh/");
    ensure!(!asked.is_empty(), "nothing was asked");
    let run = Mesh::on(&plane.cluster).install(INSTALL).args(["--as", "deputy"]).run()?;
    run.expect_failed(3, &["User \"deputy\" cannot"])
}

#[test]
fn the_server_may_be_known_by_another_name() -> Result<()> {
    let plane = planes::demo()?;
    let named = |name: &str| {
        let file = format!("named-{name}");
        plane
            .cluster
            .kubeconfig_edited(&file, |config| config["clusters"][0]["cluster"]["tls-server-name"] = name.into())
    };
    works(&named("kubernetes.default.svc")?)?;
    let run = Mesh::with(&named("elsewhere.invalid")?).install(INSTALL).run()?;
    run.expect_failed(3, &["is not trusted", "elsewhere.invalid"])
}

#[test]
fn a_proxy_is_used_where_the_kubeconfig_names_one() -> Result<()> {
    let plane = planes::demo()?;
    let proxy = Proxy::start()?;
    works(&proxy.kubeconfig(&plane.cluster, "proxied")?)?;
    ensure!(proxy.joined() > 0, "nothing went through the proxy");

    let kubeconfig = plane.cluster.kubeconfig_edited("no-proxy", |config| {
        config["clusters"][0]["cluster"]["proxy-url"] = "http://127.0.0.1:1".into();
    })?;
    Mesh::with(&kubeconfig).install(INSTALL).run()?.expect_failed(3, &["does not answer"])
}

#[test]
fn a_server_that_falls_silent_is_told_of_and_asked_again() -> Result<()> {
    let plane = planes::minimal()?;
    let proxy = Proxy::start()?;
    let kubeconfig = proxy.kubeconfig(&plane.cluster, "silence")?;
    let mut running = minimal_revision_with(&kubeconfig, "silence").start()?;
    running.line_with("Istiod: started")?;
    proxy.shut(true);
    running.line_with("does not answer")?;
    proxy.shut(false);
    let run = running.end()?;
    run.expect_done(REVISION_LINES)?;
    let told = run.lines_with("warning: https://127.0.0.1:");
    ensure!(told.len() == 1 && told[0].ends_with("; trying again"), "{run}");

    // It stays silent: the run ends with its time, and says who did not answer. (On a busy machine it takes long to begin.)
    let mut running = minimal_revision_with(&kubeconfig, "quiet").args(["--timeout", "60s"]).start()?;
    running.line_with("Istiod: started")?;
    proxy.shut(true);
    let run = running.end()?;
    ensure!(matches!(run.code, Some(3 | 4)), "{run}");
    let error = run.lines_with("error: ");
    ensure!(error.len() == 1 && run.stderr.contains("answer") && !run.lines_with("hint: ").is_empty(), "{run}");
    Ok(())
}

#[test]
fn inside_a_cluster_the_service_account_is_used() -> Result<()> {
    let plane = planes::demo()?;
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("token"), token(plane)?)?;
    fs::copy(plane.cluster.folder().join("ca.crt"), folder.path().join("ca.crt"))?;
    fs::write(folder.path().join("namespace"), "default")?;
    // The place is fixed, so the run gets a file system of its own in which it is there.
    let script = r#"
        set -e
        [ -d /var/run ] && mount -t tmpfs none "$(readlink -f /var/run)"
        mkdir -p /var/run/secrets/kubernetes.io/serviceaccount
        cp "$1"/* /var/run/secrets/kubernetes.io/serviceaccount/
        shift
        exec "$@""#;
    let possible =
        Command::new("unshare").args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"]).stderr(Stdio::null()).status();
    if !possible.is_ok_and(|status| status.success()) {
        say("skipped: unshare(1) cannot make a mount namespace here");
        return Ok(());
    }
    let port = plane.cluster.server().rsplit(':').next().context("no port")?.to_owned();
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", script, "sh"])
        .arg(folder.path())
        .args([env!("CARGO_BIN_EXE_mesh"), "install", "--set", "profile=demo"])
        .env_remove("KUBECONFIG")
        .env("HOME", "/nonexistent")
        .env("KUBERNETES_SERVICE_HOST", "127.0.0.1")
        .env("KUBERNETES_SERVICE_PORT", port)
        .stdin(Stdio::null())
        .output()?;
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success() && stdout == DEMO_LINES, "{stdout}{stderr}");
    ensure!(stderr.contains(" on 127.0.0.1: 0 objects to write"), "{stderr}");
    Ok(())
}
