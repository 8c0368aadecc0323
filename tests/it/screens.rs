//! What people see: the screens of the commands that they meet first, and of every question, kept as they stand on a
//! terminal. `MESH_UPDATE=1 cargo test --test it screens` writes them anew.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use cluster::Cluster;
use regex::Regex;
use serde_json::json;

use crate::harness::kept::{Files, keep};
use crate::harness::mesh::{Mesh, Run};
use crate::harness::screen::Screen;
use crate::harness::{live, planes};

const SOON: Duration = Duration::from_secs(120);
const ROWS: u16 = 100;
const FOLDER: &str = "tests/it/snapshots/screens";
const UPDATE: &str = "cargo test --test it screens";

/// The screens of one run of the story.
struct Told<'a> {
    cluster: &'a Cluster,
    colour: bool,
    screens: Vec<(&'static str, String)>,
}

impl Told<'_> {
    /// Runs `words` to its end at 80 columns; where a question comes, its screen is kept as `question`, and answered.
    fn screen(&mut self, name: &'static str, words: &str, question: Option<(&'static str, &str)>) -> Result<bool> {
        let kubeconfig = self.cluster.kubeconfig();
        let Some(mut screen) = Screen::in_colour(&kubeconfig, words, (ROWS, 80), self.colour)? else {
            return Ok(false);
        };
        if let Some((name, answer)) = question {
            screen.wait_for("[y/N]")?;
            self.screens.push((name, steady(&screen.standing_in_colour())));
            screen.type_in(answer)?;
        }
        let (lines, _) = screen.last()?;
        self.screens.push((name, steady(&lines)));
        Ok(true)
    }
}

/// What differs between two runs that are the same: ports, times, and the names that the server gives.
fn steady(lines: &[String]) -> String {
    let table = [
        (r"127\.0\.0\.1:\d+", "127.0.0.1:6443"),
        (r"\d+(\.\d+)? ?(ms|s)\b", "1 s"),
        // What the names of ReplicaSets and of their pods end in, of the letters that Kubernetes makes names of.
        (r"-[bcdfghjklmnpqrstvwxz2456789]{8,10}\b", "-1234567890"),
        (r"-1234567890-[bcdfghjklmnpqrstvwxz2456789]{5}\b", "-1234567890-12345"),
        (r"\b\d{6}\b", "365000"),
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?Z?", "2026-01-01T00:00:00Z"),
    ];
    let mut text = lines.join("\n") + "\n";
    for (pattern, with) in table {
        text = Regex::new(pattern).expect("a pattern").replace_all(&text, with).into_owned();
    }
    text
}

/// The story of a first day, screen by screen; false where there is no terminal.
fn story(told: &mut Told<'_>) -> Result<bool> {
    let cluster = told.cluster;
    if !told.screen("install", "install --set profile=default", None)? {
        return Ok(false);
    }
    let changes = "install --set profile=default --set meshConfig.accessLogFile=/dev/stdout";
    told.screen("install-changed", changes, Some(("install-question", "y\n")))?;
    told.screen("install-failed", "install -y --set profile=minimal --revision shown --set tag=missing", None)?;
    cluster.create_namespace("shop", &json!({}))?;
    let template =
        json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "app", "image": "app:1"}]}});
    let spec = json!({"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template});
    let web = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec});
    cluster.create("/apis/apps/v1/namespaces/shop/deployments", &web)?;
    cluster.wait_for_deployment("shop", "web", SOON)?;
    told.screen("inject-namespace", "inject namespace shop", None)?;
    // The kubelet tries the missing image again and again: what is kept is a screen of the time between.
    cluster.eventually(SOON, "a pull that has failed", |_| {
        told.screen("status", "status", None)?;
        let is_between = told.screens.last().is_some_and(|(_, text)| text.contains("pilot:missing: not found"));
        if !is_between {
            told.screens.pop();
        }
        Ok(is_between.then_some(()))
    })?;
    cluster.delete("/api/v1/namespaces/shop")?;
    let gone = |cluster: &Cluster| Ok(cluster.get_opt("/api/v1/namespaces/shop")?.is_none().then_some(()));
    cluster.eventually(SOON, "no namespace shop", gone)?;
    told.screen("uninstall", "uninstall --purge", Some(("uninstall-question", "y\n")))?;
    Ok(true)
}

#[test]
fn a_first_day_looks_as_kept_with_and_without_colour() -> Result<()> {
    let cluster = planes::builder().start()?;
    let mut told = Told { cluster: &cluster, colour: true, screens: Vec::new() };
    if !story(&mut told)? {
        return Ok(());
    }
    let mut plain = Told { cluster: &cluster, colour: false, screens: Vec::new() };
    story(&mut plain)?;
    let files: Files = told.screens.iter().map(|(name, text)| (format!("{name}.txt").into(), text.clone())).collect();
    keep(&format!("{FOLDER}/day"), &files, UPDATE);
    let colours = Regex::new("⟨[^⟩]*⟩")?;
    ensure!(
        told.screens.iter().filter(|(_, coloured)| colours.is_match(coloured)).count() >= 6,
        "where are the colours?"
    );
    for ((name, coloured), (_, plain)) in told.screens.iter().zip(&plain.screens) {
        ensure!(colours.replace_all(coloured, "") == plain.as_str(), "{name}: {coloured}\n{plain}");
    }
    Ok(())
}

/// Marks, arrows and live lines are what the terminal can show: on a console, and where the locale is not UTF-8.
fn signs_are_those_of_the_terminal(cluster: &Cluster) -> Result<()> {
    let table = [
        ("install --set profile=minimal", ("LC_ALL", "C"), "+ Istiod installed"),
        ("install --set profile=minimal", ("TERM", "linux"), "√ Installation complete"),
    ];
    for (words, variable, wanted) in table {
        let screen = Screen::under(&cluster.kubeconfig(), words, (ROWS, 80), &[variable, ("NO_COLOR", "1")])?;
        let Some(mut screen) = screen else { return Ok(()) };
        let all = screen.wait_for(wanted)?;
        let (lines, code) = screen.last()?;
        ensure!(code == Some(0), "{words}: {lines:?}");
        let fits = |one: char| one.is_ascii() || variable.0 == "TERM" && one == '√';
        ensure!(all.chars().all(fits), "{words}: {all}");
    }
    Ok(())
}

/// A question is the last thing on the screen, below what it is about, and no live line is drawn over it.
#[test]
fn every_question_stands_alone_on_the_screen() -> Result<()> {
    let cluster = planes::builder().start()?;
    let kubeconfig = cluster.kubeconfig();
    signs_are_those_of_the_terminal(&cluster)?;
    Mesh::on(&cluster).install(["-y", "--set", "profile=minimal"]).run().and_then(succeeded)?;
    Mesh::on(&cluster).args(["tag", "set", "prod", "--revision", "default", "-y"]).run().and_then(succeeded)?;
    let canary = ["-y", "--set", "profile=minimal", "--revision", "canary"];
    Mesh::on(&cluster).install(canary).run().and_then(succeeded)?;
    let logged = canary.into_iter().chain(["--set", "meshConfig.accessLogFile=/dev/stdout"]);
    Mesh::on(&cluster).install(logged).run().and_then(succeeded)?;
    let changes = "--set profile=minimal --set meshConfig.accessLogFile=/dev/stderr";
    let table = [
        ("install", format!("install {changes}")),
        ("upgrade", format!("upgrade {changes} --revision canary")),
        ("rollback", "rollback --revision canary".to_owned()),
        ("uninstall", "uninstall --revision canary".to_owned()),
        ("tag-set", "tag set prod --revision canary --overwrite".to_owned()),
        ("tag-remove", "tag remove prod".to_owned()),
    ];
    let before = live::dump(&cluster)?;
    let mut files = Files::new();
    for (name, words) in &table {
        for columns in [80, 200] {
            let Some(lines) = asked(&kubeconfig, words, columns)? else { return Ok(()) };
            files.insert(format!("{name}-{columns}.txt").into(), steady(&lines));
        }
    }
    ensure!(live::dump(&cluster)? == before, "a question that was answered with no has changed something");
    keep(&format!("{FOLDER}/questions"), &files, UPDATE);
    a_number_is_wanted(&cluster)?;
    what_changes_meanwhile_is_seen(&cluster, changes)?;
    // Nothing is behind the webhooks any more.
    for istiod in ["istiod", "istiod-canary", "istiod-third"] {
        cluster.delete(&format!("/apis/apps/v1/namespaces/istio-system/deployments/{istiod}"))?;
    }
    keep_question(&kubeconfig, "check-fix", "check --fix")
}

/// The screen with the question of `words`, which is answered with no.
fn asked(kubeconfig: &Path, words: &str, columns: u16) -> Result<Option<Vec<String>>> {
    let Some(mut screen) = Screen::sized(kubeconfig, words, (ROWS, columns))? else { return Ok(None) };
    screen.wait_for("[y/N]")?;
    let lines = screen.standing();
    let text = lines.join("\n");
    ensure!(lines.last().is_some_and(|line| line == "Proceed? [y/N]"), "{words}, {columns} columns:\n{text}");
    ensure!(!text.contains("looking at") && text.matches("Proceed?").count() == 1, "{words}:\n{text}");
    screen.type_in("n\n")?;
    let (shown, code) = screen.end()?;
    ensure!(code == Some(1) && shown.contains("cancelled; nothing was written"), "{words}: {code:?} {shown}");
    Ok(Some(lines))
}

/// Keeps the screens of one question, at both widths, in a folder of their own: for tests that have what it is about.
pub(crate) fn keep_question(kubeconfig: &Path, name: &str, words: &str) -> Result<()> {
    let mut files = Files::new();
    for columns in [80, 200] {
        let Some(lines) = asked(kubeconfig, words, columns)? else { return Ok(()) };
        files.insert(format!("{columns}.txt").into(), steady(&lines));
    }
    keep(&format!("{FOLDER}/{name}"), &files, UPDATE);
    Ok(())
}

/// What users configured goes only if its number is typed: a question of its own after the first.
fn a_number_is_wanted(cluster: &Cluster) -> Result<()> {
    let sidecar = json!({"apiVersion": "networking.istio.io/v1", "kind": "Sidecar", "metadata": {"name": "mine"}});
    cluster.create("/apis/networking.istio.io/v1/namespaces/default/sidecars", &sidecar)?;
    let mut files = Files::new();
    for columns in [80, 200] {
        let words = "uninstall --purge --delete-crds";
        let Some(mut screen) = Screen::sized(&cluster.kubeconfig(), words, (ROWS, columns))? else { return Ok(()) };
        screen.wait_for("[y/N]")?;
        screen.type_in("y\n")?;
        screen.wait_for("Type 1 to go on")?;
        files.insert(format!("{columns}.txt").into(), steady(&screen.standing()));
        screen.type_in("y\n")?;
        let (shown, code) = screen.end()?;
        ensure!(code == Some(1) && shown.contains("cancelled; nothing was written"), "{code:?} {shown}");
    }
    keep(&format!("{FOLDER}/delete-crds"), &files, UPDATE);
    Ok(())
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
    cluster.create_namespace("late", &labels)?;
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
