//! `mesh install` on a terminal: live lines, colour, and the question before existing objects change.

use std::path::Path;

use anyhow::{Result, ensure};
use cluster::Cluster;
use serde_json::json;

use crate::harness::mesh::{Mesh, Run};

use crate::harness::screen::Screen;
use crate::harness::{live, planes};

/// `mesh install` on a terminal; `typed` is typed once the text before it is on the screen.
fn on_a_terminal(kubeconfig: &Path, args: &str, typed: Option<(&str, &str)>) -> Result<Option<(String, Option<i32>)>> {
    let Some(mut screen) = Screen::of(kubeconfig, &format!("install {args}"))? else { return Ok(None) };
    if let Some((shown, keys)) = typed {
        screen.wait_for(shown)?;
        screen.type_in(keys)?;
    }
    screen.end().map(Some)
}

#[test]
fn a_live_line_says_what_each_component_waits_for() -> Result<()> {
    let plane = planes::minimal()?;
    let args = "-y --set profile=minimal --revision shown --set tag=missing";
    let Some((screen, code)) = on_a_terminal(&plane.cluster.kubeconfig(), args, None)? else { return Ok(()) };
    ensure!(code == Some(1), "exit {code:?}: {screen}");
    ensure!(screen.contains("Istiod: istiod-shown 0/1"), "{screen}");
    ensure!(screen.contains("\u{1b}[32m✔\u{1b}[0m Istio core installed"), "{screen:?}");
    ensure!(screen.contains("\u{1b}[31m✘\u{1b}[0m Istiod failed: image "), "{screen:?}");
    // The cause comes with what it rests on, once.
    ensure!(screen.matches("  Deployment/istio-system/istiod-shown: 0/1 ready").count() == 1, "{screen}");
    // Live lines are gone in the end: the last line of the screen is the error's.
    ensure!(screen.trim_end().ends_with("--revision shown --set tag=missing"), "{screen:?}");
    Ok(())
}

#[test]
fn a_question_comes_before_existing_objects_change() -> Result<()> {
    let plane = planes::default()?;
    let mark = plane.cluster.mark()?;
    let args = "--set profile=default --set meshConfig.accessLogFile=/dev/stderr";
    let Some((screen, code)) = on_a_terminal(&plane.cluster.kubeconfig(), args, Some(("[y/N]", "n\n")))? else {
        return Ok(());
    };
    ensure!(code == Some(1), "exit {code:?}: {screen}");
    for part in [
        "on test-cluster (https://127.0.0.1:",
        "ConfigMap/istio-system/istio",
        "this configures every proxy anew",
        "Proceed? [y/N]",
        "cancelled; nothing was written",
    ] {
        ensure!(screen.contains(part), "no {part:?} in {screen}");
    }
    let writes = plane.cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());

    // Ctrl-C is heard while the question stands.
    let Some((screen, code)) = on_a_terminal(&plane.cluster.kubeconfig(), args, Some(("[y/N]", "\u{3}")))? else {
        return Ok(());
    };
    ensure!(code == Some(130), "exit {code:?}: {screen}");
    ensure!(screen.contains("nothing was written"), "{screen}");
    Ok(())
}

/// A question is the last thing on the screen, below what it is about, and no live line is drawn over it.
#[test]
fn a_question_stands_alone_on_the_screen() -> Result<()> {
    let cluster = planes::builder().start()?;
    let kubeconfig = cluster.kubeconfig();
    Mesh::on(&cluster).install(["--set", "profile=minimal"]).run().and_then(succeeded)?;
    Mesh::on(&cluster).args(["tag", "set", "prod", "--revision", "default", "-y"]).run().and_then(succeeded)?;
    let canary = ["-y", "--set", "profile=minimal", "--revision", "canary"];
    Mesh::on(&cluster).install(canary).run().and_then(succeeded)?;
    let logged = canary.into_iter().chain(["--set", "meshConfig.accessLogFile=/dev/stdout"]);
    Mesh::on(&cluster).install(logged).run().and_then(succeeded)?;
    let changes = "--set profile=minimal --set meshConfig.accessLogFile=/dev/stderr";
    let table: [(String, &str); 6] = [
        (format!("install {changes}"), "ConfigMap/istio-system/istio"),
        (format!("upgrade {changes} --revision canary"), "ConfigMap/istio-system/istio-canary"),
        ("rollback --revision canary".to_owned(), "ConfigMap/istio-system/istio-canary"),
        ("uninstall --revision canary".to_owned(), "this will be removed on test-cluster"),
        ("tag set prod --revision canary --overwrite".to_owned(), "tag prod will lead to revision canary"),
        ("tag remove prod".to_owned(), "tag prod will be removed on test-cluster"),
    ];
    let before = live::dump(&cluster)?;
    for (words, about) in table {
        for columns in [80, 200] {
            let Some(mut screen) = Screen::sized(&kubeconfig, &words, (60, columns))? else { return Ok(()) };
            screen.wait_for("[y/N]")?;
            let lines = screen.standing();
            let text = lines.join("\n");
            ensure!(lines.last().is_some_and(|line| line == "Proceed? [y/N]"), "{words}, {columns} columns:\n{text}");
            ensure!(!text.contains("looking at") && text.matches("Proceed?").count() == 1, "{words}:\n{text}");
            ensure!(text.contains(about), "{words}, {columns} columns: no {about:?} in\n{text}");
            screen.type_in("n\n")?;
            let (shown, code) = screen.end()?;
            ensure!(code == Some(1) && shown.contains("cancelled; nothing was written"), "{words}: {code:?} {shown}");
        }
    }
    ensure!(live::dump(&cluster)? == before, "a question that was answered with no has changed something");
    what_changes_meanwhile_is_seen(&cluster, changes)
}

/// What others do while a question waits counts: a plan is made anew, and a revision that came into use stays.
fn what_changes_meanwhile_is_seen(cluster: &Cluster, changes: &str) -> Result<()> {
    let kubeconfig = cluster.kubeconfig();
    let Some(mut screen) = Screen::sized(&kubeconfig, &format!("install {changes}"), (60, 200))? else { return Ok(()) };
    screen.wait_for("[y/N]")?;
    let map = "/api/v1/namespaces/istio-system/configmaps/istio";
    cluster.merge(map, &json!({"metadata": {"annotations": {"example.com/by": "somebody"}}}))?;
    screen.forget();
    screen.type_in("y\n")?;
    screen.wait_for("[y/N]")?;
    screen.type_in("n\n")?;
    let (shown, code) = screen.end()?;
    ensure!(code == Some(1) && shown.contains("cancelled; nothing was written"), "{code:?} {shown}");

    let Some(mut screen) = Screen::sized(&kubeconfig, "uninstall --revision canary", (60, 200))? else { return Ok(()) };
    screen.wait_for("[y/N]")?;
    let labels = json!({"istio.io/rev": "canary"});
    cluster.create("/api/v1/namespaces", &json!({"metadata": {"name": "late", "labels": labels}}))?;
    screen.type_in("y\n")?;
    let (shown, code) = screen.end()?;
    ensure!(code == Some(1) && shown.contains("revision canary is in use"), "{code:?} {shown}");

    // A label of the control plane's own namespace is the user's, and no reason to fail.
    cluster
        .merge("/api/v1/namespaces/istio-system", &json!({"metadata": {"labels": {"istio-injection": "disabled"}}}))?;
    let third = ["--set", "profile=minimal", "--revision", "third"];
    let run = Mesh::on(cluster).install(third).run()?;
    ensure!(run.code == Some(0) && run.stderr.contains("is labelled istio-injection=disabled"), "{run}");
    Ok(())
}

fn succeeded(run: Run) -> Result<()> {
    ensure!(run.code == Some(0), "{run}");
    Ok(())
}
