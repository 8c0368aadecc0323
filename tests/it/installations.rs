//! Several installations in one cluster: a control plane and gateways in files of their own, two revisions, records of
//! before: each takes and keeps what is its own, and what others want stays.

mod called;
mod handed;
mod turns;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::live;
use crate::harness::mesh::{MINIMAL_LINES, Mesh, Run};
use crate::harness::planes::builder;
use crate::harness::screen::Screen;
use turns::waits_for;

const SECRETS: &str = "/api/v1/namespaces/istio-system/secrets";
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/istio-system/deployments";
const ADMISSION: &str = "/apis/admissionregistration.k8s.io/v1";
const GATEWAYS_LINES: &str = "✔ Ingress gateways installed\n✔ Installation complete\n";
/// Who may do everything but read Secrets.
const BLIND: &str = "blind";

fn mesh(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(args).run()
}

fn done(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    let run = mesh(cluster, args)?;
    ensure!(run.code == Some(0), "{run}");
    Ok(run)
}

/// Files of IstioOperators.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }

    /// One with this name, `-` for none, and this revision, empty for none.
    fn write(&self, file: &str, name: &str, revision: &str, spec: &Value) -> Result<String> {
        let mut operator =
            json!({"apiVersion": "install.istio.io/v1alpha1", "kind": "IstioOperator", "metadata": {}, "spec": spec});
        if name != "-" {
            operator["metadata"]["name"] = name.into();
        }
        if !revision.is_empty() {
            operator["spec"]["revision"] = revision.into();
        }
        let path = self.0.path().join(file);
        std::fs::write(&path, operator.to_string())?;
        Ok(path.display().to_string())
    }

    fn control_plane(&self, name: &str, revision: &str) -> Result<String> {
        self.write(&format!("{name}-{revision}.yaml"), name, revision, &json!({"profile": "minimal"}))
    }

    /// A gateway in the namespace of its name.
    fn gateway(&self, name: &str, revision: &str, gateway: &str) -> Result<String> {
        let gateway = json!({"name": gateway, "namespace": gateway, "enabled": true, "label": {"istio": gateway}});
        let spec = json!({"profile": "empty", "components": {"ingressGateways": [gateway]}});
        self.write(&format!("{name}-{revision}.yaml"), name, revision, &spec)
    }
}

/// What of `before` has changed or is gone.
fn lost(before: &live::Dump, cluster: &Cluster) -> Result<Vec<String>> {
    let now = live::dump(cluster)?;
    let still = now.into_iter().filter(|(name, _)| before.contains_key(name)).collect();
    Ok(live::differences(before, &still))
}

fn nothing_lost(before: &live::Dump, cluster: &Cluster, run: &Run) -> Result<()> {
    let lost = lost(before, cluster)?;
    ensure!(lost.is_empty(), "{}\n{run}", lost.join("\n"));
    Ok(())
}

fn gateway_is_there(cluster: &Cluster, name: &str) -> Result<bool> {
    Ok(cluster.get_opt(&format!("/apis/apps/v1/namespaces/{name}/deployments/{name}"))?.is_some())
}

/// A pod that is made now, and whether the injector of `revision` has been at it.
fn is_injected(cluster: &Cluster, namespace: &str, name: &str, revision: &str) -> Result<bool> {
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": [{"name": "a", "image": "a"}]}});
    let pod = cluster.create(&format!("/api/v1/namespaces/{namespace}/pods?dryRun=All"), &pod)?;
    Ok(pod["metadata"]["annotations"]["istio.io/rev"] == revision)
}

fn records(cluster: &Cluster) -> Result<Vec<String>> {
    let names = cluster.list(SECRETS)?.into_iter().filter_map(|one| Some(one["metadata"]["name"].as_str()?.to_owned()));
    let mut names: Vec<String> = names.filter(|name| name.starts_with("mesh.v1.")).collect();
    names.sort();
    Ok(names)
}

#[test]
fn a_control_plane_and_gateways_live_side_by_side() -> Result<()> {
    let cluster = builder().user(BLIND, &[]).start()?;
    let files = Files::new()?;
    for name in ["gw-one", "gw-two", "gw-old", "gw-a", "gw-b"] {
        cluster.create_namespace(name, &json!({}))?;
    }
    of_one_revision(&cluster, &files)?;
    a_plan_that_is_out_of_date_is_made_anew(&cluster, &files)?;
    of_two_revisions(&cluster, &files)?;
    records_of_before_are_carried_over(&cluster, &files)?;
    what_cannot_be_read_takes_nothing_away(&cluster, &files)?;
    two_at_once(&cluster, &files)?;
    records_that_may_not_be_listed_are_no_empty_list(&cluster, &files)
}

/// A control plane of revision 1-30, and two gateways in files of their own.
fn of_one_revision(cluster: &Cluster, files: &Files) -> Result<()> {
    let (plane, one, two) = (
        files.control_plane("control-plane", "1-30")?,
        files.gateway("gw-one", "1-30", "gw-one")?,
        files.gateway("gw-two", "1-30", "gw-two")?,
    );
    mesh(cluster, &["install", "-f", &plane])?.expect_done(MINIMAL_LINES)?;
    cluster.create_namespace("shop", &json!({"istio.io/rev": "1-30"}))?;
    ensure!(is_injected(cluster, "shop", "a", "1-30")?);
    let bare = live::dump(cluster)?;
    // Without a question: nothing that exists changes.
    let run = mesh(cluster, &["install", "-f", &one])?;
    run.expect_done(GATEWAYS_LINES)?;
    nothing_lost(&bare, cluster, &run)?;
    let with_one = live::dump(cluster)?;
    let run = mesh(cluster, &["install", "-f", &two])?;
    run.expect_done(GATEWAYS_LINES)?;
    nothing_lost(&with_one, cluster, &run)?;
    for file in [&plane, &one, &two] {
        let mark = cluster.mark()?;
        done(cluster, &["install", "-f", file])?;
        let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
        ensure!(writes.is_empty(), "{file}: {}", writes.lines());
    }
    ensure!(
        records(cluster)? == ["mesh.v1.1-30.control-plane.1", "mesh.v1.1-30.gw-one.1", "mesh.v1.1-30.gw-two.1"],
        "{:?}",
        records(cluster)?
    );

    // Commands that look speak of all of them, by their names.
    let run = done(cluster, &["verify"])?;
    for name in ["control-plane", "gw-one", "gw-two"] {
        let line = format!("installation {name} (revision 1-30) on test-cluster is as wanted by record 1");
        ensure!(run.stdout.contains(&line), "{line}: {run}");
    }
    let found = &done(cluster, &["verify", "-o", "json"])?.json()?["clusters"][0];
    ensure!(found["passed"] == true && found["installations"].as_array().is_some_and(|all| all.len() == 3), "{found}");
    for format in ["junit", "sarif", "github"] {
        done(cluster, &["verify", "-o", format])?;
    }
    let run = done(cluster, &["verify", "-f", &one])?;
    ensure!(run.stdout.contains("gw-one") && !run.stdout.contains("gw-two"), "{run}");
    let run = done(cluster, &["diff"])?;
    ensure!(run.stdout.matches("nothing differs").count() == 3 && run.stdout.contains("installation gw-two"), "{run}");
    let found = &done(cluster, &["diff", "-o", "json"])?.json()?["clusters"][0];
    ensure!(found["same"] == true && found["installations"][1]["installation"] == "gw-one (revision 1-30)", "{found}");
    let run = done(cluster, &["history"])?;
    ensure!(run.stdout.starts_with("REVISION  NAME           RECORD"), "{run}");
    let run = done(cluster, &["history", "--installation", "gw-two"])?;
    ensure!(run.stdout.lines().count() == 2 && run.stdout.contains("gw-two"), "{run}");
    let run = done(cluster, &["status"])?;
    ensure!(run.stdout.contains("gw-one (revision 1-30)         1       1.30.3"), "{run}");
    for command in [&["rollback", "--revision", "1-30"][..], &["upgrade", "--revision", "1-30"], &["uninstall"]] {
        let run = mesh(cluster, command)?;
        run.expect_failed(2, &["there are several installations: control-plane (revision 1-30), gw-one"])?;
    }

    // A name alone is enough where it is one's own, and the revision that is locked is its.
    let upgrade = ["upgrade", "--installation", "gw-two", "--set", "meshConfig.accessLogFile=/dev/stdout"];
    waits_for(cluster, "mesh.v1.1-30", &[&upgrade[..], &["-y"]].concat())?;
    let run = done(cluster, &["history", "--installation", "gw-two"])?;
    ensure!(run.stdout.lines().count() == 3, "{run}");

    // A file without a name is another installation again; nothing goes.
    let all = live::dump(cluster)?;
    let run = done(cluster, &["install", "-f", &files.gateway("-", "1-30", "gw-old")?, "-y"])?;
    nothing_lost(&all, cluster, &run)?;
    done(cluster, &["uninstall", "-f", &files.gateway("-", "1-30", "gw-old")?, "-y"])?;
    ensure!(!gateway_is_there(cluster, "gw-old")?);

    // The control plane is in use, by pods and by the gateways that stay.
    for args in [&["uninstall", "--revision", "1-30", "-y"][..], &["uninstall", "-f", &plane, "-y"]] {
        let run = mesh(cluster, args)?;
        run.expect_failed(1, &["is in use", "1 namespace is injected by it: shop", "gw-one/gw-one"])?;
    }
    // One gateway goes, with what is its own and no more.
    let mark = cluster.mark()?;
    let run = mesh(cluster, &["uninstall", "-f", &one, "-y"])?;
    ensure!(run.code == Some(0) && run.stdout.starts_with("✔ Ingress gateways removed\n"), "{run}");
    nothing_lost(&bare, cluster, &run)?;
    ensure!(!gateway_is_there(cluster, "gw-one")? && gateway_is_there(cluster, "gw-two")?, "{run}");
    let deleted = cluster.requests_since(mark)?.by_agent("mesh/").by_verb("delete");
    let deleted = deleted.filter(|one| !matches!(one.resource.as_str(), "leases" | "secrets"));
    ensure!((4..=8).contains(&deleted.count()), "{}", deleted.lines());
    ensure!(is_injected(cluster, "shop", "a", "1-30")?, "{run}");
    done(cluster, &["verify"])?;
    let run = mesh(cluster, &["uninstall", "--installation", "gw-two", "--revision", "1-30", "-y"])?;
    ensure!(run.code == Some(0) && live::differences(&bare, &live::dump(cluster)?).is_empty(), "{run}");
    Ok(())
}

/// While a question waits for its answer somebody else changes the same installation: the answer was to another plan.
fn a_plan_that_is_out_of_date_is_made_anew(cluster: &Cluster, files: &Files) -> Result<()> {
    let plane = files.control_plane("control-plane", "1-30")?;
    let with = |file: &str| {
        [
            "install".to_owned(),
            "-f".to_owned(),
            plane.clone(),
            "--set".to_owned(),
            format!("meshConfig.accessLogFile={file}"),
        ]
    };
    let Some(mut screen) = Screen::of(&cluster.kubeconfig(), &with("/dev/stdout").join(" "))? else { return Ok(()) };
    screen.wait_for("[y/N]")?;
    screen.forget();
    Mesh::on(cluster).args(with("/dev/stderr")).args(["-y"]).run()?.expect_done(MINIMAL_LINES)?;
    screen.type_in("y\n")?;
    // Another plan: from what the other one has made of it.
    let shown = screen.wait_for("[y/N]")?;
    ensure!(shown.contains("- accessLogFile: /dev/stderr"), "{shown}");
    screen.type_in("y\n")?;
    let (shown, code) = screen.end()?;
    ensure!(code == Some(0), "{shown}");
    let history = done(cluster, &["history", "--revision", "1-30", "-o", "json"])?.json()?;
    let records = history["clusters"][0]["records"].as_array().context("no records")?;
    let files: Vec<&Value> =
        records.iter().map(|record| &record["inputs"]["spec"]["meshConfig"]["accessLogFile"]).collect();
    ensure!(
        files == ["/dev/stdout", "/dev/stderr"].map(Value::from).iter().chain([&Value::Null]).collect::<Vec<_>>(),
        "{files:?}"
    );
    Ok(())
}

/// One name, two revisions: two installations, also where they want the same gateway.
fn of_two_revisions(cluster: &Cluster, files: &Files) -> Result<()> {
    let (old, new) = (files.gateway("gw", "1-30", "gw-old")?, files.gateway("gw", "", "gw-old")?);
    let plane = files.control_plane("control-plane", "")?;
    done(cluster, &["install", "-f", &old, "-y"])?;
    let before = live::dump(cluster)?;
    let run = done(cluster, &["install", "-f", &plane, "-y"])?;
    nothing_lost(&before, cluster, &run)?;
    let uid = |cluster: &Cluster| -> Result<Value> {
        Ok(cluster.get("/apis/apps/v1/namespaces/gw-old/deployments/gw-old")?["metadata"]["uid"].clone())
    };
    let was = uid(cluster)?;
    let run = done(cluster, &["install", "-f", &new, "--dry-run"])?;
    let moves = "~ Deployment/gw-old/gw-old (moves from installation gw (revision 1-30))";
    ensure!(run.stdout.contains(moves), "{run}");
    let run = mesh(cluster, &["install", "-f", &new, "--dry-run", "-o", "json"])?;
    ensure!(run.json()?["clusters"][0]["change"].to_string().contains(r#""movesFrom":"gw (revision 1-30)""#), "{run}");
    done(cluster, &["install", "-f", &new, "-y"])?;
    // What it has no more is as wanted all the same: it is somebody else's.
    done(cluster, &["verify"])?;
    done(cluster, &["diff"])?;
    // The one goes, and the other one has it again.
    let run = done(cluster, &["uninstall", "-f", &new, "-y"])?;
    ensure!(run.stdout.contains("Deployment/gw-old/gw-old: is wanted by installation gw (revision 1-30)"), "{run}");
    ensure!(uid(cluster)? == was, "{run}");
    let labels = &cluster.get("/apis/apps/v1/namespaces/gw-old/deployments/gw-old")?["metadata"]["labels"];
    ensure!(labels["istio.io/rev"] == "1-30", "{labels}: {run}");
    done(cluster, &["verify"])?;
    done(cluster, &["uninstall", "-f", &old, "-y"])?;
    ensure!(!gateway_is_there(cluster, "gw-old")?);
    Ok(())
}

/// Of a mesh whose records bore no names.
fn records_of_before_are_carried_over(cluster: &Cluster, files: &Files) -> Result<()> {
    let name = "mesh.v1.default.control-plane.1";
    let mut record = cluster.get(&format!("{SECRETS}/{name}"))?;
    record["metadata"] = json!({"name": "mesh.v1.default.1", "labels": {"mesh/revision": "default"}});
    cluster.create(SECRETS, &record)?;
    cluster.delete(&format!("{SECRETS}/{name}"))?;
    let run = done(cluster, &["verify", "--revision", "default"])?;
    ensure!(run.stdout.contains("installation control-plane (revision default) on"), "{run}");
    // It belongs to no other: the one without a name begins with a number of its own, and deletes nothing of it.
    let before = live::dump(cluster)?;
    let other = files.gateway("-", "", "gw-one")?;
    let run = done(cluster, &["install", "-f", &other, "-y"])?;
    nothing_lost(&before, cluster, &run)?;
    ensure!(records(cluster)?.contains(&"mesh.v1.default.2".to_owned()), "{:?}", records(cluster)?);
    done(cluster, &["uninstall", "-f", &other, "-y"])?;
    // With its next change it goes over.
    done(cluster, &["upgrade", "--set", "meshConfig.accessLogFile=/dev/stdout", "-y"])?;
    let names: Vec<String> = records(cluster)?.into_iter().filter(|name| name.contains(".default.")).collect();
    ensure!(names == [name, "mesh.v1.default.control-plane.2"], "{names:?}");
    let run = done(cluster, &["rollback", "-y"])?;
    ensure!(run.stdout.contains("Rolled back to record 1"), "{run}");
    done(cluster, &["verify", "--revision", "default"]).map(drop)
}

fn what_cannot_be_read_takes_nothing_away(cluster: &Cluster, files: &Files) -> Result<()> {
    done(cluster, &["install", "-f", &files.gateway("odd", "", "gw-one")?, "-y"])?;
    cluster.merge(&format!("{SECRETS}/mesh.v1.default.odd.1"), &json!({"stringData": {"record": "broken"}}))?;
    let run = mesh(cluster, &["verify"])?;
    ensure!(run.code == Some(1) && run.stdout.contains("mesh.v1.default.odd.1 cannot be read"), "{run}");
    let run = done(cluster, &["install", "-f", &files.gateway("odd", "", "gw-two")?, "-y"])?;
    ensure!(run.stderr.contains("mesh.v1.default.odd.1 cannot be read"), "{run}");
    ensure!(run.stderr.contains("nothing of it is deleted"), "{run}");
    ensure!(gateway_is_there(cluster, "gw-one")? && gateway_is_there(cluster, "gw-two")?, "{run}");
    ensure!(records(cluster)?.contains(&"mesh.v1.default.odd.2".to_owned()), "{:?}", records(cluster)?);
    done(cluster, &["uninstall", "-f", &files.gateway("odd", "", "gw-two")?, "-y"])?;
    ensure!(!gateway_is_there(cluster, "gw-two")?);
    Ok(())
}

/// Two processes that change two installations: both are as asked for, and both are recorded.
fn two_at_once(cluster: &Cluster, files: &Files) -> Result<()> {
    let runs = ["gw-a", "gw-b"].map(|name| -> Result<_> {
        let file = files.gateway(name, "1-30", name)?;
        Mesh::on(cluster).install(["-f", &file, "-y"]).start()
    });
    for run in runs {
        run?.end()?.expect_done(GATEWAYS_LINES)?;
    }
    ensure!(gateway_is_there(cluster, "gw-a")? && gateway_is_there(cluster, "gw-b")?);
    let names = records(cluster)?;
    for name in ["mesh.v1.1-30.gw-a.1", "mesh.v1.1-30.gw-b.1"] {
        ensure!(names.contains(&name.to_owned()), "{names:?}");
    }
    done(cluster, &["verify", "--revision", "1-30"]).map(drop)
}

/// Who may not see the records does not know that there are none.
fn records_that_may_not_be_listed_are_no_empty_list(cluster: &Cluster, files: &Files) -> Result<()> {
    let groups: Vec<Value> =
        cluster.get("/apis")?["groups"].as_array().into_iter().flatten().map(|one| one["name"].clone()).collect();
    let core = ["configmaps", "events", "namespaces", "nodes", "pods", "resourcequotas", "serviceaccounts", "services"];
    let rules = json!([{"apiGroups": groups, "resources": ["*"], "verbs": ["*"]}, {"apiGroups": [""], "resources": core, "verbs": ["*"]}]);
    let rbac = "/apis/rbac.authorization.k8s.io/v1";
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": BLIND}, "rules": rules});
    cluster.create(&format!("{rbac}/clusterroles"), &role)?;
    let binding = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": BLIND},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": BLIND}],
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": BLIND}});
    cluster.create(&format!("{rbac}/clusterrolebindings"), &binding)?;
    let (plane, before, names) =
        (files.control_plane("control-plane", "1-30")?, live::dump(cluster)?, records(cluster)?);
    let blind = cluster.kubeconfig_for(BLIND)?;
    let blind = |args: &[&str]| Mesh::with(Path::new(&blind)).args(args).run();
    for args in [
        &["install", "-f", &plane, "--set", "meshConfig.accessLogFile=", "-y"][..],
        &["upgrade", "--revision", "1-30", "-y"],
        &["rollback", "--revision", "1-30", "-y"],
        &["uninstall", "--revision", "1-30", "-y"],
        &["verify"],
        &["diff"],
    ] {
        let run = blind(args)?;
        ensure!(run.code == Some(3) && run.stderr.contains("cannot list"), "{args:?}: {run}");
        nothing_lost(&before, cluster, &run)?;
    }
    ensure!(records(cluster)? == names);
    // What only looks goes on without, and says so.
    let run = blind(&["verify", "-f", &plane, "--set", "meshConfig.accessLogFile=/dev/stdout"])?;
    ensure!(run.code == Some(0) && run.stderr.contains("warning: the records of earlier runs are not known"), "{run}");
    Ok(())
}

#[test]
fn what_two_revisions_share_goes_to_the_one_that_stays() -> Result<()> {
    let cluster = builder().start()?;
    done(&cluster, &["install", "--set", "profile=default", "-y"])?;
    cluster.create_namespace("b", &json!({}))?;
    the_default_is_nobody_elses(&cluster)?;
    let ingress = format!("{DEPLOYMENTS}/istio-ingressgateway");
    let uid = |cluster: &Cluster| -> Result<Value> { Ok(cluster.get(&ingress)?["metadata"]["uid"].clone()) };
    let (was, before) = (uid(&cluster)?, live::dump(&cluster)?);
    let run = done(&cluster, &["upgrade", "--revision", "canary", "--dry-run"])?;
    ensure!(
        run.stdout.contains("Deployment/istio-system/istio-ingressgateway (moves from installation default)"),
        "{run}"
    );
    done(&cluster, &["upgrade", "--revision", "canary", "-y"])?;
    ensure!(cluster.get(&ingress)?["metadata"]["labels"]["istio.io/rev"] == "canary");
    done(&cluster, &["verify"])?;
    done(&cluster, &["diff"])?;

    // The newer one goes again: all is as it was, the gateway is the same and runs with the older one.
    handed::told_before(&cluster)?;
    let run = done(&cluster, &["uninstall", "--revision", "canary", "-y"])?;
    ensure!(
        run.stdout.contains("Deployment/istio-system/istio-ingressgateway: is wanted by installation default"),
        "{run}"
    );
    let differences = live::differences(&before, &live::dump(&cluster)?);
    ensure!(differences.is_empty() && uid(&cluster)? == was, "{}\n{run}", differences.join("\n"));
    done(&cluster, &["verify"])?;

    // The older one goes: what is left is whole, and known.
    done(&cluster, &["upgrade", "--revision", "canary", "-y"])?;
    let run = done(&cluster, &["uninstall", "--revision", "default", "-y"])?;
    ensure!(run.stdout.contains("mesh tag set default --revision canary"), "{run}");
    ensure!(uid(&cluster)? == was, "{run}");
    for args in [&["verify"][..], &["verify", "--revision", "canary"], &["diff"], &["diff", "--revision", "canary"]] {
        let run = done(&cluster, args)?;
        ensure!(!run.stdout.contains("default"), "{run}");
    }
    done(&cluster, &["tag", "set", "default", "--revision", "canary", "-y"])?;
    done(&cluster, &["verify"])?;

    nothing_recorded_is_no_profile(&cluster)
}

/// A second control plane of the default revision, in another namespace, would inject the same pods.
fn the_default_is_nobody_elses(cluster: &Cluster) -> Result<()> {
    let before = live::dump(cluster)?;
    for args in [&["install", "--set", "values.global.istioNamespace=b", "-y"][..], &["install", "-i", "b", "-y"]] {
        let run = mesh(cluster, args)?;
        run.expect_failed(1, &["revision default is installed in namespace istio-system", "--revision NAME"])?;
        nothing_lost(&before, cluster, &run)?;
    }
    // With a revision of its own it may: the default stays where it is.
    let beside = ["install", "-i", "b", "--set", "profile=minimal", "--revision", "beside", "-y"];
    let run = done(cluster, &beside)?;
    nothing_lost(&before, cluster, &run)?;
    let validator = cluster.get(&format!("{ADMISSION}/validatingwebhookconfigurations/istiod-default-validator"))?;
    ensure!(validator["webhooks"][0]["clientConfig"]["service"]["namespace"] == "istio-system", "{validator}");
    let run = mesh(cluster, &["verify"])?;
    ensure!(run.stdout.contains("installation beside in namespace b on"), "{run}");
    ensure!(run.stdout.contains("revision default on test-cluster is as wanted by record 1"), "{run}");
    let run = done(cluster, &["uninstall", "-i", "b", "--revision", "beside", "-y"])?;
    nothing_lost(&before, cluster, &run)
}

/// An installation that nobody recorded: what a profile would say that nobody chose is no answer.
fn nothing_recorded_is_no_profile(cluster: &Cluster) -> Result<()> {
    for name in records(cluster)? {
        cluster.delete(&format!("{SECRETS}/{name}"))?;
    }
    let run = mesh(cluster, &["verify"])?;
    ensure!(run.code == Some(1) && run.stdout.contains("nothing is recorded to compare with"), "{run}");
    ensure!(run.stdout.contains("✔ 1 workload ready") && run.stdout.contains("mesh verify -f FILE"), "{run}");
    ensure!(!run.stdout.contains("is not there") && !run.stdout.contains("default profile"), "{run}");
    let found = &mesh(cluster, &["verify", "-o", "json"])?.json()?["clusters"][0];
    ensure!(found["findings"][0]["rule"] == "not-recorded" && found["errors"] == 1, "{found}");
    let run = mesh(cluster, &["diff"])?;
    ensure!(run.code == Some(1) && run.stdout.contains("there is Deployment/istio-system/istiod-canary"), "{run}");
    let found = &mesh(cluster, &["diff", "-o", "json"])?.json()?["clusters"][0];
    ensure!(found["same"] == false && found["create"] == json!([]), "{found}");
    Ok(())
}

/// What another installation has written since is not what this one's inputs want: that is told, and never taken for it.
#[test]
fn inputs_that_do_not_run_are_not_as_wanted() -> Result<()> {
    let (cluster, files) = (&builder().start()?, Files::new()?);
    let first = files.control_plane("first", "x")?;
    let logged = json!({"profile": "minimal", "meshConfig": {"accessLogFile": "/dev/stdout"}});
    let second = files.write("second.yaml", "second", "x", &logged)?;
    done(cluster, &["install", "-f", &first, "-y"])?;
    done(cluster, &["install", "-f", &second, "-y"])?;
    let run = mesh(cluster, &["verify", "-f", &first])?;
    ensure!(run.code == Some(1) && run.stdout.contains("ConfigMap/istio-system/istio-x data.mesh"), "{run}");
    done(cluster, &["verify", "-f", &second])?;
    let run = done(cluster, &["verify"])?;
    ensure!(run.stdout.contains("not looked at: installation second (revision x) has written it since"), "{run}");
    Ok(())
}
