//! A missing or old Go says what to do.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use cluster::Cluster;

/// Starts a cluster for the test below; does nothing by itself.
#[test]
fn start_a_cluster_for_another_test() {
    if std::env::var_os("START_CLUSTER_AND_FAIL").is_some() {
        let cause = Cluster::start().err().unwrap();
        panic!("REASON: {cause:#}");
    }
}

/// Why a cluster does not start with this PATH, an empty cache and these assets.
fn reason(path: &Path, assets: Option<&Path>) -> String {
    let cache = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "binaries::start_a_cluster_for_another_test", "--nocapture"])
        .env("START_CLUSTER_AND_FAIL", "1")
        .env("PATH", path)
        .env("MESH_TEST_CACHE", cache.path())
        .env_remove("KUBEBUILDER_ASSETS");
    if let Some(assets) = assets {
        command.env("KUBEBUILDER_ASSETS", assets);
    }
    let output = command.output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    text.lines().find_map(|line| line.split_once("REASON: ")).unwrap_or_else(|| panic!("{text}")).1.to_owned()
}

fn fake_go(folder: &Path, script: &str) {
    let go = folder.join("go");
    fs::write(&go, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&go, fs::Permissions::from_mode(0o755)).unwrap();
}

fn says_what_to_do(reason: &str) {
    for part in ["Go 1.26.0 or newer", "https://go.dev/dl", "KUBEBUILDER_ASSETS", "kube-apiserver", "kwok"] {
        assert!(reason.contains(part), "no {part:?} in: {reason}");
    }
}

#[test]
fn without_go_the_message_says_what_to_install() {
    let folder = tempfile::tempdir().unwrap();
    let told = reason(folder.path(), None);
    assert!(told.contains("no `go` is on PATH"), "{told}");
    says_what_to_do(&told);

    // Ready binaries that are not all there leave something to build.
    let assets = tempfile::tempdir().unwrap();
    fs::write(assets.path().join("etcd"), "").unwrap();
    says_what_to_do(&reason(folder.path(), Some(assets.path())));
}

#[test]
fn an_old_go_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fake_go(folder.path(), "echo go1.22.3");
    let told = reason(folder.path(), None);
    assert!(told.contains("this Go is 1.22.3, which is too old"), "{told}");
    says_what_to_do(&told);

    fake_go(
        folder.path(),
        "echo 'go: go.mod requires go >= 1.26.0 (running go 1.24.1; GOTOOLCHAIN=local)' >&2; exit 1",
    );
    let told = reason(folder.path(), None);
    assert!(told.contains("running go 1.24.1"), "{told}");
    says_what_to_do(&told);
}

#[test]
fn a_build_that_fails_says_why() {
    let folder = tempfile::tempdir().unwrap();
    fake_go(folder.path(), "if [ $1 = env ]; then echo go1.99; else echo 'disk full' >&2; exit 1; fi");
    let told = reason(folder.path(), None);
    assert!(told.starts_with("go build of the test control plane failed"), "{told}");
}
