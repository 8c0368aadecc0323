//! `mesh tag` and `mesh revision`: the reference's objects, users named, nothing moved or removed under them.

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use mesh::yaml;
use serde_json::{Value, json};

use crate::harness::history::{Changes, version_now};
use crate::harness::live;
use crate::harness::mesh::{Mesh, Run};
use crate::harness::{named_program, planes, say};

const ADMISSION: &str = "/apis/admissionregistration.k8s.io/v1";

fn mesh(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(args).run()
}

fn plane() -> Result<Cluster> {
    let cluster = planes::builder().start()?;
    for args in [&["--set", "profile=default"][..], &["--set", "profile=minimal", "--revision", "canary"]] {
        let run = Mesh::on(&cluster).install(args).args(["-y"]).run()?;
        ensure!(run.code == Some(0), "{run}");
    }
    Ok(cluster)
}

/// The selectors of an injector.
fn is_active(cluster: &Cluster, name: &str) -> Result<bool> {
    let injector = cluster.get(&format!("{ADMISSION}/mutatingwebhookconfigurations/{name}"))?;
    Ok(!injector["webhooks"].to_string().contains("never-match"))
}

#[test]
fn tags_and_revisions_from_the_first_to_the_last() -> Result<()> {
    let cluster = plane()?;
    cluster.create_namespace("shop", &json!({"istio.io/rev": "prod"}))?;

    let run = mesh(&cluster, &["tag", "set", "prod", "--revision", "canary"])?;
    run.expect_done("✔ Tag prod leads to revision canary\n")?;
    ensure!(run.stderr.contains("kubectl label namespace NAME istio.io/rev=prod"), "{run}");
    let run = mesh(&cluster, &["tag", "list"])?;
    run.expect_done("TAG      REVISION  NAMESPACES\nprod     canary    shop\ndefault  default\n")?;
    let listed = mesh(&cluster, &["tag", "list", "-o", "json"])?.json()?;
    ensure!(
        listed["clusters"][0]["tags"][0] == json!({"revision": "canary", "tag": "prod", "namespaces": ["shop"]}),
        "{listed}"
    );
    mesh(&cluster, &["revision", "list"])?.expect_done(
        "REVISION  VERSION  MADE BY  TAGS     NAMESPACES  PROXIES  WITHOUT PODS  GATEWAYS\n\
         canary    1.30.3   mesh     prod     shop        0        0             -\n\
         default   1.30.3   mesh     default  -           1        0             istio-system/istio-ingressgateway\n",
    )?;
    let revisions = mesh(&cluster, &["revision", "list", "-o", "json"])?.json()?;
    ensure!(revisions["clusters"][0]["revisions"][0]["namespaces"] == json!(["shop"]), "{revisions}");

    // Nothing is moved or hidden without a word.
    let refused: [(&[&str], i32, &[&str]); 6] = [
        (&["tag", "set", "prod", "--revision", "default"], 1, &["tag prod exists", "canary", "--overwrite"]),
        (
            &["tag", "set", "prod", "--revision", "default", "--overwrite"],
            2,
            &["leads to revision canary", "injected by it: shop", "to go on without being asked: mesh "],
        ),
        (&["tag", "set", "canary", "--revision", "default"], 1, &["there is a revision canary"]),
        (&["tag", "set", "x", "--revision", "none"], 1, &["no revision none", "canary, default"]),
        (&["tag", "set", "No!", "--revision", "canary"], 2, &["no name for a tag"]),
        (&["tag", "remove", "prod", "-y"], 1, &["tag prod is in use", "shop", "--force"]),
    ];
    for (args, code, parts) in refused {
        let mark = cluster.mark()?;
        mesh(&cluster, args)?.expect_failed(code, parts)?;
        ensure!(cluster.requests_since(mark)?.by_agent("mesh/").mutating().is_empty(), "{args:?}");
    }
    let run = mesh(&cluster, &["tag", "set", "prod", "--revision", "default", "--overwrite", "-y", "-o", "json"])?;
    ensure!(run.json()?["clusters"][0]["previousRevision"] == "canary", "{run}");
    let service = cluster.get("/api/v1/namespaces/istio-system/services/istiod-revision-tag-prod")?;
    ensure!(service["spec"]["selector"] == json!({"app": "istiod", "istio.io/rev": "default"}), "{service}");
    cluster.merge("/api/v1/namespaces/shop", &json!({"metadata": {"labels": {"istio.io/rev": null}}}))?;
    mesh(&cluster, &["tag", "remove", "prod", "-y"])?.expect_done("✔ Tag prod removed\n")?;
    mesh(&cluster, &["tag", "remove", "prod", "-y"])?.expect_failed(1, &["no tag prod", "default"])?;

    two_writers_do_not_meet(&cluster)?;

    // `default` goes where it is sent, and an installation does not take it back.
    cluster.merge("/api/v1/namespaces/shop", &json!({"metadata": {"labels": {"istio-injection": "enabled"}}}))?;
    let run = mesh(&cluster, &["tag", "set", "default", "--revision", "canary", "--overwrite", "-y"])?;
    run.expect_done("✔ Tag default leads to revision canary, before to default\n")?;
    ensure!(!is_active(&cluster, "istio-sidecar-injector")?, "two injectors for the same pods");
    let run = Mesh::on(&cluster).install(["--set", "profile=default", "-y"]).run()?;
    ensure!(
        run.code == Some(0) && run.stderr.contains("the tag default leads to revision canary, and stays there"),
        "{run}"
    );
    let tag = cluster.get(&format!("{ADMISSION}/mutatingwebhookconfigurations/istio-revision-tag-default"))?;
    ensure!(
        tag["metadata"]["labels"]["istio.io/rev"] == "canary" && !is_active(&cluster, "istio-sidecar-injector")?,
        "{tag}"
    );
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "shop"}, "spec": {"containers": [{"name": "a", "image": "a"}]}});
    let pod = cluster.create("/api/v1/namespaces/shop/pods", &pod)?;
    ensure!(pod["metadata"]["annotations"]["istio.io/rev"] == "canary", "{pod}");
    let run = mesh(&cluster, &["uninstall", "--revision", "canary", "-y"])?;
    run.expect_failed(1, &["injected by it: shop", "1 pod runs its proxy: shop/a"])
}

/// While somebody else writes the tag nobody does, and what they made of it counts.
fn two_writers_do_not_meet(cluster: &Cluster) -> Result<()> {
    let leases = "/apis/coordination.k8s.io/v1/namespaces/istio-system/leases";
    let now = k8s_openapi::jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string();
    let lease = json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "mesh.v1.tag.blue"},
        "spec": {"holderIdentity": "elsewhere/boot/1", "leaseDurationSeconds": 10, "acquireTime": now, "renewTime": now},
    });
    let generated = mesh(cluster, &["tag", "generate", "blue", "--revision", "canary", "-o", "json"])?.json()?;
    let mut made = generated["items"].as_array().into_iter().flatten();
    let injector = made.find(|one| one["kind"] == "MutatingWebhookConfiguration").context("no injector")?;
    cluster.create(leases, &lease)?;
    let mut running = Mesh::on(cluster).args(["tag", "set", "blue", "--revision", "default"]).start()?;
    running.line_with("waiting for another run to end: elsewhere/boot/1 holds Lease/istio-system/mesh.v1.tag.blue")?;
    let made = cluster.create(&format!("{ADMISSION}/mutatingwebhookconfigurations"), injector)?;
    cluster.delete(&format!("{leases}/mesh.v1.tag.blue"))?;
    running.end()?.expect_failed(1, &["tag blue exists; it leads to revision canary"])?;
    let name = made["metadata"]["name"].as_str().unwrap_or_default();
    let live = cluster.get(&format!("{ADMISSION}/mutatingwebhookconfigurations/{name}"))?;
    // istiod may have signed it meanwhile.
    ensure!(live["metadata"]["labels"] == made["metadata"]["labels"], "{live}");
    let held: Vec<Value> = cluster
        .list(leases)?
        .into_iter()
        .filter(|one| one["metadata"]["name"].to_string().contains("mesh.v1"))
        .collect();
    ensure!(held.is_empty(), "{held:?}");
    let removed = mesh(cluster, &["tag", "remove", "blue", "-y", "-o", "json"])?.json()?;
    ensure!(removed["clusters"][0]["removed"] == json!([format!("MutatingWebhookConfiguration/{name}")]), "{removed}");
    Ok(())
}

const TAG: &str = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/istio-revision-tag-default";
const INJECTOR: &str = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/istio-sidecar-injector";

/// Which revision injects a pod that names none; it has to be one.
fn injecting(cluster: &Cluster, name: &str) -> Result<String> {
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": [{"name": "a", "image": "a"}]}});
    let pod = cluster.create("/api/v1/namespaces/shop/pods?dryRun=All", &pod)?;
    Ok(pod["metadata"]["annotations"]["istio.io/rev"].as_str().unwrap_or("none").to_owned())
}

#[test]
fn the_default_is_moved_by_nobody_but_tag_set() -> Result<()> {
    let cluster = planes::builder().start()?;
    let run = mesh(&cluster, &["install", "--set", "profile=minimal"])?;
    ensure!(run.code == Some(0), "{run}");
    cluster.create_namespace("shop", &json!({"istio-injection": "enabled"}))?;

    as_kubectl_leaves_it(&cluster)?;
    let before = version_now(&cluster)?;
    let canary =
        ["install", "--set", "profile=minimal", "--set", "components.base.enabled=false", "--revision", "canary"];
    let run = mesh(&cluster, &canary)?;
    run.expect_done(planes::REVISION_LINES)?;
    let says = "MutatingWebhookConfiguration/istio-sidecar-injector asks for them, and go on to be; \
                to move it: mesh tag set default --revision canary --overwrite";
    ensure!(run.stderr.contains(says), "{run}");
    let made = Changes::since(&cluster, before)?.made("MutatingWebhookConfiguration", "istio-revision-tag-default");
    ensure!(made.is_err() && injecting(&cluster, "a")? == "default" && is_active(&cluster, "istio-sidecar-injector")?);

    // It is as good as a tag to those who move it.
    let moving = ["tag", "set", "default", "--revision", "canary"];
    mesh(&cluster, &moving)?.expect_failed(1, &["are injected by revision default", "--overwrite"])?;
    let run = mesh(&cluster, &[&moving[..], &["--overwrite", "-y"]].concat())?;
    run.expect_done("✔ Tag default leads to revision canary, before to default\n")?;
    ensure!(run.stderr.contains("Tag: MutatingWebhookConfiguration/istio-revision-tag-default created"), "{run}");
    ensure!(injecting(&cluster, "b")? == "canary" && !is_active(&cluster, "istio-sidecar-injector")?);
    let back = ["tag", "set", "default", "--revision", "default", "--overwrite", "-y"];
    as_installed(&cluster, "moved")?;
    mesh(&cluster, &back)?.expect_done("✔ Tag default leads to revision default, before to canary\n")?;
    as_installed(&cluster, "moved and back")?;

    a_rollback_leaves_it(&cluster)?;
    mesh(&cluster, &back)?.expect_done("✔ Tag default leads to revision default, before to canary\n")?;
    as_installed(&cluster, "rolled back meanwhile, and back")?;

    what_is_not_there_is_named(&cluster)
}

/// `manifest generate | kubectl apply`: no tag, and an injector that asks for the pods of the default revision.
fn as_kubectl_leaves_it(cluster: &Cluster) -> Result<()> {
    mesh(cluster, &["tag", "remove", "default", "--force", "-y"])?;
    let generated = mesh(cluster, &["manifest", "generate", "--set", "profile=minimal"])?;
    let documents = yaml::documents("generated", &generated.stdout)?;
    let wanted = documents.iter().find(|one| one["kind"] == "MutatingWebhookConfiguration").context("no injector")?;
    let mut live = cluster.get(INJECTOR)?;
    for (index, webhook) in wanted["webhooks"].as_array().into_iter().flatten().enumerate() {
        for selector in ["namespaceSelector", "objectSelector"] {
            live["webhooks"][index][selector] = webhook[selector].clone();
        }
    }
    let webhooks = json!({ "webhooks": live["webhooks"] });
    cluster.merge(&format!("{INJECTOR}?fieldManager=kubectl-client-side-apply"), &webhooks)?;
    ensure!(cluster.get_opt(TAG)?.is_none() && injecting(cluster, "z")? == "default");
    Ok(())
}

fn as_installed(cluster: &Cluster, what: &str) -> Result<()> {
    let diff = mesh(cluster, &["diff"])?;
    let settled = "installation canary:\nnothing differs\ninstallation default:\nnothing differs\n";
    ensure!(diff.stdout == settled, "{what}: {diff}");
    let verified = mesh(cluster, &["verify"])?;
    ensure!(verified.code == Some(0), "{what}: {verified}");
    Ok(())
}

fn a_rollback_leaves_it(cluster: &Cluster) -> Result<()> {
    // It writes the tag and the injector, so that both are in what is recorded of before.
    let everywhere = ["upgrade", "-y", "--set", "values.sidecarInjectorWebhook.reinvocationPolicy=IfNeeded"];
    let run = mesh(cluster, &everywhere)?;
    ensure!(run.code == Some(0) && run.stderr.contains("istio-revision-tag-default configured"), "{run}");
    let moving = ["tag", "set", "default", "--revision", "canary", "--overwrite", "-y"];
    mesh(cluster, &moving)?.expect_done("✔ Tag default leads to revision canary, before to default\n")?;
    let moved = cluster.get(TAG)?;
    let run = mesh(cluster, &["rollback", "-y"])?;
    ensure!(run.code == Some(0) && run.stdout.starts_with("✔ Rolled back to record 1: "), "{run}");
    ensure!(
        run.stderr.contains("MutatingWebhookConfiguration/istio-revision-tag-default stays: it is of the tag default, which leads to revision canary"),
        "{run}"
    );
    let tag = cluster.get(TAG)?;
    ensure!(tag["webhooks"] == moved["webhooks"] && tag["metadata"]["labels"] == moved["metadata"]["labels"], "{tag}");
    ensure!(injecting(cluster, "c")? == "canary" && !is_active(cluster, "istio-sidecar-injector")?);
    // Who had it before has it in what is recorded: that is no drift, and nothing that it keeps.
    as_installed(cluster, "moved, and rolled back meanwhile")?;
    let run = mesh(cluster, &["diff", "--revision", "default", "-o", "json"])?;
    let found = &run.json()?["clusters"][0];
    ensure!(found["same"] == true && found["keep"] == json!([]), "{run}");
    let says = "the tag default leads to revision canary, and stays there; to move it: mesh tag set default";
    ensure!(run.stderr.contains(says) || found["warnings"].to_string().contains(says), "{run}");
    Ok(())
}

fn what_is_not_there_is_named(cluster: &Cluster) -> Result<()> {
    let run = mesh(cluster, &["tag", "set", "default", "--revision", "nope"])?;
    run.expect_failed(1, &["there is no revision nope", "canary, default"])?;
    ensure!(!run.stderr.contains("--overwrite"), "{run}");

    mesh(cluster, &["tag", "set", "prod", "--revision", "canary"])?
        .expect_done("✔ Tag prod leads to revision canary\n")?;
    let service = "/api/v1/namespaces/istio-system/services/istiod-revision-tag-prod";
    cluster.merge(service, &json!({"metadata": {"finalizers": ["example.com/held"]}}))?;
    cluster.delete(service)?;
    let mark = cluster.mark()?;
    let run = mesh(cluster, &["tag", "set", "prod", "--revision", "default", "--overwrite", "-y"])?;
    run.expect_failed(1, &["istiod-revision-tag-prod is being deleted; nothing was written", "kubectl wait"])?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    cluster.merge(service, &json!({"metadata": {"finalizers": null}}))?;

    cluster.delete(&format!("{INJECTOR}-canary"))?;
    let run = mesh(cluster, &["tag", "set", "x", "--revision", "canary"])?;
    run.expect_failed(1, &["revision canary has no webhook that injects", "install it again"])?;
    ensure!(!run.stderr.contains("there is no revision"), "{run}");
    Ok(())
}

/// The documents, without what differs by nature.
fn documents(text: &str) -> Result<Vec<Value>> {
    let mut documents = yaml::documents("tag", text)?;
    documents.retain(|document| !document.is_null());
    for document in &mut documents {
        if let Some(metadata) = document["metadata"].as_object_mut() {
            // Written as null by the reference's type.
            metadata.remove("creationTimestamp");
        }
        if let Some(root) =
            document.as_object_mut().filter(|root| root.get("kind").is_some_and(|kind| kind == "Service"))
        {
            root.remove("status");
        }
    }
    documents.sort_by_key(|document| document["kind"].to_string());
    Ok(documents)
}

fn of_tags(cluster: &Cluster) -> Result<live::Dump> {
    let mut dump = live::dump(cluster)?;
    dump.retain(|_, object| object["metadata"]["labels"].get("istio.io/tag").is_some_and(|tag| tag != "default"));
    Ok(dump)
}

#[test]
fn tags_are_those_of_the_reference() -> Result<()> {
    let Some(istioctl) = named_program("MESH_TEST_ISTIOCTL") else { return Ok(()) };
    let cluster = plane()?;
    let reference = |args: &[&str]| -> Result<String> {
        let output = cluster.command(&istioctl).args(args).output()?;
        ensure!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).context("no text")
    };
    let table: [&[&str]; 6] = [
        &["prod", "--revision", "canary"],
        &["prod", "--revision", "default"],
        &["default", "--revision", "canary", "--overwrite"],
        &["default", "--revision", "default", "--overwrite"],
        &["prod", "--revision", "canary", "--webhook-name", "mine"],
        &["default", "--revision", "canary", "--overwrite", "--auto-inject-namespaces"],
    ];
    for args in table {
        let args = [&["tag", "generate"][..], args].concat();
        let wanted = documents(&reference(&[&args[..], &["-y"]].concat())?)?;
        let run = mesh(&cluster, &args)?;
        let found = documents(&run.stdout)?;
        let dump = |documents: &[Value]| -> live::Dump {
            documents.iter().map(|one| (format!("{} {}", one["kind"], one["metadata"]["name"]), one.clone())).collect()
        };
        let differences = live::differences(&dump(&wanted), &dump(&found));
        ensure!(wanted.len() >= 2 && differences.is_empty(), "{args:?}\n{}\n{run}", differences.join("\n"));
    }
    reference(&["tag", "set", "prod", "--revision", "canary", "-y"])?;
    let wanted = of_tags(&cluster)?;
    reference(&["tag", "remove", "prod", "-y"])?;
    ensure!(mesh(&cluster, &["tag", "set", "prod", "--revision", "canary"])?.code == Some(0));
    let differences = live::differences(&wanted, &of_tags(&cluster)?);
    ensure!(wanted.len() == 2 && differences.is_empty(), "{}", differences.join("\n"));
    say("tags were compared with the real istioctl's");
    Ok(())
}
