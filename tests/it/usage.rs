//! Command lines of people who come from istioctl, Helm and kubectl: what mesh does not have is named, with what does the job;
//! and what a shell makes of half a word.

use anyhow::{Result, ensure};

use crate::harness::mesh::Mesh;

#[test]
fn a_command_of_others_is_named_as_that() -> Result<()> {
    let table: [(&[&str], &[&str]); 14] = [
        (&["proxy-status"], &["`proxy-status` is a command of istioctl", "mesh status"]),
        (&["ps", "-n", "a"], &["`ps` is a command of istioctl", "istioctl proxy-status"]),
        (&["pc", "listeners", "web"], &["`pc` is a command of istioctl", "istioctl proxy-config"]),
        (&["proxy-config"], &["istioctl proxy-config"]),
        (&["analyze", "-A"], &["`analyze` is a command of istioctl", "`mesh check`"]),
        (&["x", "precheck"], &["`x precheck` is a command of istioctl", "`mesh check`"]),
        (&["operator", "init"], &["`operator` is a command of istioctl", "`mesh install -f FILE`"]),
        (&["dashboard", "kiali"], &["istioctl dashboard", "port-forward"]),
        (&["create-remote-secret"], &["mesh multicluster link A B", "istioctl create-remote-secret"]),
        (&["bug-report"], &["istioctl bug-report"]),
        (&["validate", "-f", "x.yaml"], &["istioctl validate", "--dry-run=server"]),
        (&["-n", "a", "waypoint", "apply"], &["`waypoint` is a command of istioctl", "istioctl waypoint"]),
        (&["manifest", "apply"], &["`manifest apply` is a command of istioctl", "`mesh install`"]),
        (&["template", "istio"], &["`template` is a command of Helm", "`mesh manifest generate`"]),
    ];
    for (arguments, parts) in table {
        let run = Mesh::alone().args(arguments).run()?;
        run.expect_failed(2, parts)?;
        ensure!(!run.stderr.contains("did you mean"), "{run}");
    }
    // What is only mistyped is still that.
    Mesh::alone().args(["instal"]).run()?.expect_failed(2, &["did you mean", "`install`"])
}

#[test]
fn a_flag_of_others_leads_to_what_does_the_same() -> Result<()> {
    let table: [(&[&str], &str); 8] = [
        (&["install", "--profile", "demo"], "hint: this does the same here: --set profile=demo"),
        (&["install", "--profile=demo", "-y"], "--set profile=demo"),
        (&["install", "--hub", "example.com/a"], "--set hub=example.com/a"),
        (&["install", "--tag=1.30.3"], "--set tag=1.30.3"),
        (&["manifest", "generate", "--set-string", "a.b=1"], "--set 'a.b=\"1\"'"),
        (&["upgrade", "--atomic"], "--rollback-on-failure"),
        (&["install", "--values", "values.yaml"], "spec.values"),
        (&["version", "--kube-context", "a"], "--context a"),
    ];
    for (arguments, part) in table {
        Mesh::alone().args(arguments).run()?.expect_failed(2, &[part])?;
    }
    Mesh::alone().args(["install", "--dry-run=client"]).run()?.expect_failed(2, &["--dry-run, without a value"])
}

#[test]
fn a_group_without_a_command_is_its_help() -> Result<()> {
    for arguments in [&[][..], &["manifest"], &["tag"]] {
        let run = Mesh::alone().args(arguments).run()?;
        ensure!(run.code == Some(0) && run.stderr.is_empty() && run.stdout.contains("Usage: mesh"), "{run}");
    }
    Ok(())
}

/// Of a command the name that the pages use, and files from where one is.
#[test]
fn words_become_names_and_files() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("istio.yaml"), "")?;
    let become_of = |words: &[&str]| Mesh::alone().within(folder.path()).completes(words);
    let table: [(&[&str], &str); 5] = [
        (&["inst"], "install"),
        (&["inject", "dep"], "deployment"),
        (&["app"], "apply"),
        (&["install", "-f", "ist"], "istio.yaml"),
        (&["values", "explain", "meshConfig.accessLogFi"], "meshConfig.accessLogFile"),
    ];
    for (words, wanted) in table {
        let found = become_of(words)?;
        ensure!(found == [wanted], "{words:?}: {found:?}");
    }
    let all = become_of(&[""])?;
    ensure!(all.iter().any(|one| one == "uninject") && !all.iter().any(|one| one == "kube-uninject"), "{all:?}");
    Ok(())
}
