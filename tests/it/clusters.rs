//! Several clusters in one run: side by side, in waves, each with its own result; nothing begins where the flags are wrong.

mod linked;
mod scale;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::mesh::{Mesh, Run};
use crate::harness::planes::builder;
use crate::harness::screen::Screen;

const MAP: &str = "/api/v1/namespaces/istio-system/configmaps/istio";

/// Two control planes, and a kubeconfig with a context for each, and `gone`, where nobody answers.
struct Two {
    a: Cluster,
    b: Cluster,
    kubeconfig: PathBuf,
}

impl Two {
    fn start() -> Result<Self> {
        let (a, b) = (builder().start()?, builder().start()?);
        let of = |cluster: &Cluster| -> Result<Value> {
            Ok(serde_json::from_str(&std::fs::read_to_string(cluster.kubeconfig())?)?)
        };
        let (mut one, mut two) = (of(&a)?, of(&b)?);
        let mut gone = json!({"clusters": [{"cluster": {"server": "http://127.0.0.1:1"}}], "users": [{"user": {}}], "contexts": [{"context": {}}]});
        for (config, name) in [(&mut one, "a"), (&mut two, "b"), (&mut gone, "gone")] {
            for list in ["clusters", "users", "contexts"] {
                config[list][0]["name"] = name.into();
            }
            config["contexts"][0]["context"] = json!({"cluster": name, "user": name});
        }
        let all = |list: &str| json!([one[list][0], two[list][0], gone[list][0]]);
        let merged = json!({"apiVersion": "v1", "kind": "Config", "current-context": "a",
            "clusters": all("clusters"), "users": all("users"), "contexts": all("contexts")});
        let kubeconfig = a.kubeconfig_edited("several", |config| *config = merged)?;
        Ok(Self { a, b, kubeconfig })
    }

    fn run(&self, words: &str) -> Result<Run> {
        Mesh::with(&self.kubeconfig).args(words.split_whitespace()).run()
    }

    fn writes(&self) -> Result<usize> {
        let of = |cluster: &Cluster| Ok::<_, anyhow::Error>(cluster.requests()?.by_agent("mesh/").mutating().count());
        Ok(of(&self.a)? + of(&self.b)?)
    }

    /// What `accessLogFile` is on each.
    fn logs(&self) -> Result<(bool, bool)> {
        let of = |cluster: &Cluster| -> Result<bool> {
            let map = cluster.get(MAP)?;
            Ok(map["data"]["mesh"].as_str().context("no mesh")?.contains("accessLogFile: /dev/stdout"))
        };
        Ok((of(&self.a)?, of(&self.b)?))
    }
}

/// The rows of the table of all clusters, each its name and result.
fn rows(run: &Run) -> Vec<(String, String)> {
    let rows = run.stdout.lines().skip_while(|line| !line.starts_with("CLUSTER")).skip(1);
    let split = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or_default().to_owned();
        (name, words.skip(1).collect::<Vec<_>>().join(" "))
    };
    rows.map(split).collect()
}

fn are(run: &Run, code: i32, wanted: &[(&str, &str)]) -> Result<()> {
    let found = rows(run);
    let fits = found.len() == wanted.len()
        && found.iter().zip(wanted).all(|((name, result), (one, part))| name == one && result.contains(part));
    ensure!(run.code == Some(code) && fits, "wanted {code} {wanted:?}, found {found:?}: {run}");
    run.is_plain()
}

/// One story on two control planes: each costs the tests seconds.
#[test]
fn two_clusters_are_installed_looked_at_changed_and_linked() -> Result<()> {
    let two = Two::start()?;
    nothing_begins_where_it_is_wrong(&two)?;
    linked::nobody_is_let_in_without_a_control_plane(&two)?;
    an_interruption_ends_what_has_begun_and_begins_nothing(&two)?;
    let run = two.run("install --context a --context b --set profile=minimal")?;
    are(&run, 0, &[("a", "done"), ("b", "done")])?;
    let block =
        |name: &str| format!("{name}\n  ✔ Istio core installed\n  ✔ Istiod installed\n  ✔ Installation complete\n\n");
    ensure!(run.stdout.starts_with(&(block("a") + &block("b"))), "{run}");
    ensure!(run.stderr.contains("a: Istiod: ready") && run.stderr.contains("b: Istiod: ready"), "{run}");

    is_looked_at(&two)?;
    linked::each_is_let_in_to_read_the_other(&two)?;
    changes_in_waves(&two)?;
    by_a_file(&two)?;
    each_question_stands_alone(&two)?;

    // By a second revision.
    let run = two.run("upgrade --canary -y --revision next --context a --context b")?;
    are(&run, 0, &[("a", "done"), ("b", "done")])?;
    let run = two.run("upgrade --canary --status --context a --context b -o json")?;
    ensure!(run.json()?["clusters"].as_array().is_some_and(|all| all.len() == 2), "{run}");

    let run = two.run("uninstall --purge -y --context a --context b")?;
    are(&run, 0, &[("a", "done"), ("b", "done")])
}

fn nothing_begins_where_it_is_wrong(two: &Two) -> Result<()> {
    let table = [
        ("install -y --context a --context c", 3, "has no context `c`"),
        ("install -y --context a --context a", 2, "context a is named twice"),
        ("install -y --context a --context b --set x.y=1", 2, "x"),
        ("install -y --context a --context b --expect-context a", 2, "--expect-context is for one cluster"),
        ("install -y --context a --context b --canary-context c", 2, "it is none of the clusters of this run"),
        ("install -y --context a --context b --max-unavailable 0", 2, "neither a number from 1 on"),
        ("install -y --context a --contexts-file /nonexistent", 2, "both say which clusters"),
        ("history --context a --context b", 2, "this command is for one cluster"),
        ("status --watch --context a --context b", 2, "--watch is for one cluster"),
        ("uninstall --purge --delete-crds --backup f -y --context a --context b", 2, "--backup names one file"),
    ];
    for (words, code, part) in table {
        two.run(words)?.expect_failed(code, &[part]).context(words)?;
    }
    ensure!(two.writes()? == 0, "something was written");
    Ok(())
}

fn is_looked_at(two: &Two) -> Result<()> {
    let run = two.run("verify --context a --context b --context gone -o json")?;
    let document = run.json()?;
    let clusters = document["clusters"].as_array().context("no clusters")?;
    let names: Vec<&Value> = clusters.iter().map(|one| &one["cluster"]).collect();
    ensure!(run.code == Some(3) && names == ["a", "b", "gone"], "{run}");
    ensure!(clusters[0]["passed"] == true && clusters[1]["passed"] == true, "{document:#}");
    ensure!(clusters[2]["error"]["id"] == "unreachable" && clusters[2]["error"]["exitCode"] == 3, "{document:#}");

    let run = two.run("verify --context a --context gone -o junit")?;
    ensure!(run.code == Some(3) && run.stdout.matches("<testsuites").count() == 1, "{run}");
    ensure!(run.stdout.contains("hostname=\"a\"") && run.stdout.contains("type=\"not-seen\""), "{run}");
    let sarif = two.run("verify --context a --context gone -o sarif")?;
    let results = &sarif.json()?["runs"];
    ensure!(results[0]["results"] == json!([]) && results[1]["results"][0]["ruleId"] == "not-seen", "{sarif}");

    are(&two.run("diff --context b --context a")?, 0, &[("b", "nothing differs"), ("a", "nothing differs")])?;
    two.b.delete("/api/v1/namespaces/istio-system/configmaps/istio-sidecar-injector")?;
    are(&two.run("diff --context a --context b")?, 1, &[("a", "nothing differs"), ("b", "differs")])?;
    are(&two.run("verify --context a --context b")?, 1, &[("a", "as wanted"), ("b", "not as wanted")])?;
    are(&two.run("upgrade --dry-run --context a --context b")?, 0, &[("a", "may be"), ("b", "may be")])?;
    are(&two.run("upgrade -y --context b --context gone --keep-going")?, 3, &[("b", "done"), ("gone", "answer")])?;

    let run = two.run("status --context a --context b")?;
    are(&run, 0, &[("a", "done"), ("b", "done")])?;
    ensure!(run.stdout.matches("istio-system/istiod").count() == 2, "{run}");
    let status = two.run("status --context a --context b -o json")?.json()?;
    ensure!(status["kind"] == "Status" && status["clusters"][1]["cluster"] == "b", "{status:#}");
    let check = two.run("check --context a --context b --only kubernetes-version -o json")?;
    ensure!(check.code == Some(0) && check.json()?["clusters"][1]["passed"] == true, "{check}");
    Ok(())
}

fn changes_in_waves(two: &Two) -> Result<()> {
    const SET: &str = "upgrade -y --set meshConfig.accessLogFile=/dev/stdout --context a --context b --context gone";
    let before = two.writes()?;
    // The canary does not answer: nothing else begins.
    let run = two.run(&format!("{SET} --canary-context gone"))?;
    are(&run, 3, &[("a", "not begun"), ("b", "not begun"), ("gone", "does not answer")])?;
    ensure!(two.writes()? == before && two.logs()? == (false, false), "{run}");
    ensure!(run.stderr.contains("gone: error: "), "{run}");

    // One at a time, the canary first; the one that fails comes last.
    let run = two.run(&format!("{SET} --canary-context b --max-unavailable 1 --wave-pause 1s"))?;
    are(&run, 3, &[("a", "done"), ("b", "done"), ("gone", "does not answer")])?;
    let place = |part: &str| run.stderr.find(part).with_context(|| format!("no {part:?}: {run}"));
    ensure!(place("✔ b after")? < place("a: begun")? && place("✔ a after")? < place("gone: begun")?, "{run}");
    ensure!(run.stderr.contains("2 clusters to go: waiting 1s before the next"), "{run}");
    ensure!(two.logs()? == (true, true), "{run}");
    let document = two.run(&format!("{SET} --canary-context gone -o json"))?.json()?;
    ensure!(document["clusters"][0] == json!({"cluster": "a", "notBegun": true}), "{document:#}");
    Ok(())
}

/// Labels say which clusters of a file are meant, and a cluster has settings of its own.
fn by_a_file(two: &Two) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("fleet.yaml");
    let kubeconfig = two.kubeconfig.display();
    let list = format!(
        "clusters:\n- {{context: a, labels: {{env: test}}}}\n- {{context: b, kubeconfig: '{kubeconfig}', labels: {{env: prod}}, \
         set: [meshConfig.accessLogFile=]}}\n- {{context: gone, labels: {{env: none}}}}\n"
    );
    std::fs::write(&file, list)?;
    let file = file.display();
    are(&two.run(&format!("verify --contexts-file {file} --context-selector env=test"))?, 0, &[("a", "as wanted")])?;
    let run = two.run(&format!("upgrade -y --contexts-file {file} --context-selector env!=none"))?;
    are(&run, 0, &[("a", "done"), ("b", "done")])?;
    ensure!(two.logs()? == (true, false), "{run}");
    // What to type next is for the one cluster.
    let run = Mesh::alone()
        .args([
            "upgrade",
            "--contexts-file",
            &file.to_string(),
            "--context-selector",
            "env=prod",
            "--set",
            "profile=demo",
        ])
        .run()?;
    are(&run, 2, &[("b", "nobody can be asked")])?;
    let command = format!(
        "mesh upgrade --set profile=demo --kubeconfig {kubeconfig} --context b --set meshConfig.accessLogFile= -y"
    );
    ensure!(run.stderr.contains(&command), "{run}");
    let none = two.run(&format!("verify --contexts-file {file} --context-selector env=x"))?;
    none.expect_failed(2, &["no cluster is selected"])
}

fn an_interruption_ends_what_has_begun_and_begins_nothing(two: &Two) -> Result<()> {
    let words = "install -y --set profile=minimal --context a --context b --max-unavailable 1";
    let mut running = Mesh::with(&two.kubeconfig).args(words.split(' ')).start()?;
    running.line_with("a: Istiod: started")?;
    running.signal("INT")?;
    let run = running.end()?;
    are(&run, 130, &[("a", "interrupted before"), ("b", "not begun")])?;
    ensure!(run.stderr.contains("a: hint: to continue: mesh install -y --set profile=minimal --context a"), "{run}");
    ensure!(two.b.requests()?.by_agent("mesh/").mutating().is_empty(), "{run}");
    Ok(())
}

/// On a terminal each cluster is asked about, one after the other; a no holds for that one.
fn each_question_stands_alone(two: &Two) -> Result<()> {
    let words = "upgrade --set meshConfig.accessLogFile=/dev/stderr --context a --context b --keep-going";
    let Some(mut screen) = Screen::sized(&two.kubeconfig, words, (60, 140))? else { return Ok(()) };
    let first = screen.wait_for("Proceed? [y/N] ")?;
    ensure!(first.matches("Proceed?").count() == 1, "{first}");
    let is_a = first.contains(&format!("on a ({}", two.a.server()));
    screen.type_in("n\n")?;
    screen.wait_for(&format!("on {} (", if is_a { "b" } else { "a" }))?;
    screen.type_in("y\n")?;
    let (shown, code) = screen.end()?;
    ensure!(
        code == Some(1) && shown.matches("Proceed?").count() == 2 && shown.contains("cancelled"),
        "{code:?} {shown}"
    );
    let live = |cluster: &Cluster| -> Result<bool> {
        Ok(cluster.get(MAP)?["data"]["mesh"].as_str().context("no mesh")?.contains("/dev/stderr"))
    };
    ensure!((live(&two.a)?, live(&two.b)?) == (!is_a, is_a), "{shown}");
    Ok(())
}
