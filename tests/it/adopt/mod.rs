//! `mesh adopt`: what Helm installed changes hands, there and back, with nothing restarted; what others hold is named and
//! left to them.

mod helm;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, ensure};
use cluster::Cluster;
use mesh::plan::access::Purpose;
use mesh::yaml;
use serde_json::{Value, json};

use crate::harness::helm as helm_marks;
use crate::harness::live;
use crate::harness::mesh::{DEMO_LINES, MINIMAL_LINES, Mesh, Run};
use crate::harness::paths::Paths;
use crate::harness::planes;
use crate::harness::rights::are_those_of;
use crate::screens::keep_question;

const SOON: Duration = Duration::from_secs(120);
const HOME: &str = "/api/v1/namespaces/istio-system";

fn mesh(cluster: &Cluster, args: &[&str]) -> Result<Run> {
    Mesh::on(cluster).args(args).run()
}

/// Plays Helm: its objects, created under its name with its marks, and its records.
fn play_helm(cluster: &Cluster) -> Result<()> {
    let manifest = Mesh::alone().args(["manifest", "generate", "--set", "profile=demo"]).run()?;
    let mut objects = yaml::documents("manifest", &manifest.stdout)?;
    objects.retain(|object| object.is_object());
    cluster.create_namespace("istio-system", &json!({}))?;
    let is_crd = |object: &Value| object["kind"] == "CustomResourceDefinition";
    objects.sort_by_key(|object| !is_crd(object));
    let paths = Paths::of(cluster)?;
    for object in &mut objects {
        let release = match object["metadata"]["labels"]["operator.istio.io/component"].as_str() {
            Some("Pilot") => "istiod",
            Some("IngressGateways") => "ingress",
            Some("EgressGateways") => "egress",
            _ => "istio-base",
        };
        helm_marks::mark(object, release, "istio-system");
        let path = paths.collection(object)?;
        cluster.create(&format!("{path}?fieldManager=helm"), object)?;
    }
    for (release, chart, config) in [
        ("istio-base", "base", json!({})),
        ("istiod", "istiod", json!({"profile": "demo"})),
        ("ingress", "istio-ingress", json!({"profile": "demo"})),
        ("egress", "istio-egress", json!({"profile": "demo"})),
    ] {
        let secret = helm_marks::record(release, chart, &config)?;
        cluster.create(&format!("{HOME}/secrets"), &secret)?;
    }
    for name in ["istiod", "istio-egressgateway", "istio-ingressgateway"] {
        cluster.wait_for_deployment("istio-system", name, SOON)?;
    }
    let signed = |cluster: &Cluster| {
        let webhooks = cluster.list("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations")?;
        let closed = |webhook: &Value| webhook["webhooks"][0]["failurePolicy"] == "Fail";
        Ok((!webhooks.is_empty() && webhooks.iter().all(closed)).then_some(()))
    };
    cluster.eventually(SOON, "closed validators", signed)
}

/// What must stay the same: pods, what makes them, and the addresses of Services.
fn identities(cluster: &Cluster) -> Result<BTreeMap<String, Value>> {
    let mut found = BTreeMap::new();
    let namespaces = ["istio-system", "istio-ingress"].iter().flat_map(|namespace| {
        ["/api/v1 pods", "/api/v1 services", "/apis/apps/v1 replicasets", "/apis/apps/v1 deployments"]
            .map(|kind| kind.replace(' ', &format!("/namespaces/{namespace}/")))
    });
    let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions".to_owned();
    for path in namespaces.chain([definitions]) {
        for object in cluster.list(&path)? {
            let mut same = json!({"uid": object["metadata"]["uid"]});
            if path.ends_with("deployments") {
                // Not the generation: annotations of a Deployment count into it, those of its pods make new ones.
                same["template"] = object["spec"]["template"].clone();
                same["replicas"] = object["spec"]["replicas"].clone();
            }
            if path.ends_with("services") {
                let spec = &object["spec"];
                let ports = spec["ports"].as_array().into_iter().flatten().map(|port| port["nodePort"].clone());
                same["addresses"] = json!([spec["clusterIP"], ports.collect::<Vec<_>>()]);
            }
            found.insert(format!("{path}/{}", object["metadata"]["name"]), same);
        }
    }
    Ok(found)
}

/// Everything that was there is as it was; there may be more.
fn same(before: &BTreeMap<String, Value>, cluster: &Cluster) -> Result<()> {
    let now = identities(cluster)?;
    let changed = before.iter().filter(|(name, same)| now.get(*name) != Some(*same));
    let changed: Vec<String> = changed.map(|(name, same)| format!("{name}: {same}, now {:?}", now.get(name))).collect();
    ensure!(changed.is_empty(), "{}", changed.join("\n"));
    Ok(())
}

/// Objects that `manager` holds something of, and objects with the marks of a release.
fn held(cluster: &Cluster, manager: &str) -> Result<(usize, usize)> {
    let (mut by, mut marked) = (0, 0);
    for (path, _, _) in live::collections(cluster)? {
        for object in cluster.list(&path)? {
            let managers = object["metadata"]["managedFields"].as_array().into_iter().flatten();
            by += usize::from(managers.into_iter().any(|entry| entry["manager"] == manager));
            marked += usize::from(object["metadata"]["annotations"].get("meta.helm.sh/release-name").is_some());
        }
    }
    Ok((by, marked))
}

#[test]
fn helms_objects_change_hands_there_and_back() -> Result<()> {
    let cluster = planes::builder().start()?;
    mesh(&cluster, &["adopt", "-y"])?
        .expect_failed(1, &["no object of Istio belongs to a Helm release", "mesh install"])?;
    play_helm(&cluster)?;
    let (before, all) = (identities(&cluster)?, held(&cluster, "helm")?);
    ensure!(all.0 >= 40 && all.0 == all.1, "{all:?}");

    // An installation does not take them without consent, and says how.
    let mark = cluster.mark()?;
    let run = mesh(&cluster, &["install", "--set", "profile=demo", "-y"])?;
    run.expect_failed(1, &["belongs to the Helm release istio-system/istiod", "mesh adopt"])?;
    // Nor without a yes.
    mesh(&cluster, &["adopt", "--set", "profile=demo"])?.expect_failed(
        2,
        &["Helm release istio-system/istiod", "no pod restarts", "to go on without being asked: mesh "],
    )?;
    let run = mesh(&cluster, &["adopt", "--set", "profile=demo", "--dry-run"])?;
    ensure!(run.code == Some(0) && run.stdout.contains("would be taken over"), "{run}");
    let run = mesh(&cluster, &["adopt", "--set", "profile=demo", "--dry-run", "-o", "json"])?;
    ensure!(run.json()?["clusters"][0]["objects"].as_u64() >= Some(40), "{run}");
    keep_question(&cluster.kubeconfig(), "adopt", "adopt --set profile=demo")?;
    // What somebody else holds is named field by field.
    let config = format!("{HOME}/configmaps/istio");
    let theirs = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "istio"}, "data": {"meshNetworks": "networks: {a: {}}"}});
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    cluster.apply_as("argocd", &config, &theirs)?;
    let mark = cluster.mark()?;
    let run = mesh(&cluster, &["adopt", "--set", "profile=demo", "-y"])?;
    run.expect_failed(1, &["ConfigMap/istio-system/istio data.meshNetworks", "(argocd)"])?;
    let writes = cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    ensure!(cluster.get(&config)?["data"]["meshNetworks"] == "networks: {a: {}}");
    let networks = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "istio"}, "data": {"meshNetworks": "networks: {}"}});
    cluster.apply_as("argocd", &config, &networks)?;

    // Without inputs it goes by what the releases were given.
    let mark = cluster.mark()?;
    let run = mesh(&cluster, &["adopt", "-y"])?;
    let taking = cluster.requests_since(mark)?.by_agent("mesh/");
    run.expect_done(&format!(
        "✔ {} objects taken over from Helm (istio-system/egress, istio-system/ingress, istio-system/istio-base, istio-system/istiod); nothing was restarted\n",
        all.0
    ))?;
    same(&before, &cluster)?;
    ensure!(held(&cluster, "helm")? == (0, 0), "{:?}\n{run}", held(&cluster, "helm")?);
    let records = cluster.list(&format!("{HOME}/secrets?labelSelector=owner%3Dhelm"))?;
    ensure!(records.is_empty(), "Helm still has {records:?}");
    let record = cluster.list(&format!("{HOME}/secrets?labelSelector=mesh/revision%3Ddefault"))?;
    ensure!(record.len() == 2, "{record:?}");

    // From here on it is an installation like any other.
    let run = mesh(&cluster, &["install", "--set", "profile=demo", "-y"])?;
    run.expect_done(DEMO_LINES)?;
    same(&before, &cluster)?;

    keep_question(&cluster.kubeconfig(), "adopt-release", "adopt --release")?;
    let mark = cluster.mark()?;
    let run = mesh(&cluster, &["adopt", "--release", "-y"])?;
    let giving = cluster.requests_since(mark)?.by_agent("mesh/");
    are_those_of(Purpose::Adopt, "istio-system", &["--set", "profile=demo"], &taking.and(giving))?;
    ensure!(run.code == Some(0) && run.stdout.contains("handed back to Helm"), "{run}");
    // Made by the installation in between, and nothing that Helm would remove.
    let stays = [
        "3 objects that mesh has made since, and that Helm does not know, stay: ",
        "MutatingWebhookConfiguration/istio-revision-tag-default",
    ];
    ensure!(stays.iter().all(|part| run.stderr.contains(part)), "{run}");
    let now = held(&cluster, "helm")?;
    ensure!(now == all, "{now:?}, before {all:?}: {run}");
    same(&before, &cluster)?;
    ensure!(cluster.list(&format!("{HOME}/secrets?labelSelector=owner%3Dhelm"))?.len() == 4, "{run}");
    ensure!(cluster.list(&format!("{HOME}/secrets?labelSelector=mesh/revision%3Ddefault"))?.is_empty(), "{run}");
    mesh(&cluster, &["install", "--set", "profile=demo", "-y"])?
        .expect_failed(1, &["belongs to the Helm release", "mesh adopt"])
}

/// Of a release of which Istio's charts are only a part, that part changes hands: the rest is named and stays Helm's, with
/// the release.
#[test]
fn of_an_umbrella_only_istio_is_taken() -> Result<()> {
    let cluster = planes::builder().start()?;
    let manifest = Mesh::alone().args(["manifest", "generate", "--set", "profile=minimal"]).run()?;
    let mut objects = yaml::documents("manifest", &manifest.stdout)?;
    objects.retain(|object| object.is_object());
    objects.sort_by_key(|object| object["kind"] != "CustomResourceDefinition");
    cluster.create_namespace("istio-system", &json!({}))?;
    let web = json!({"apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "web", "namespace": "istio-system", "labels": {"istio.io/rev": "default"}}, "data": {"a": "b"}});
    let mut text = String::new();
    let paths = Paths::of(&cluster)?;
    for (object, chart) in objects.iter().map(|one| (one, "istiod")).chain([(&web, "web")]) {
        text.push_str(&format!("---\n# Source: platform/charts/{chart}/templates/a.yaml\n{object}\n"));
        let mut object = object.clone();
        helm_marks::mark(&mut object, "platform", "istio-system");
        cluster.create(&format!("{}?fieldManager=helm", paths.collection(&object)?), &object)?;
    }
    let chart = json!({"metadata": {"name": "platform", "dependencies": [{"name": "istiod"}, {"name": "web"}]}});
    let written =
        json!({"name": "platform", "config": {"istiod": {"profile": "minimal"}}, "chart": chart, "manifest": text});
    let mut record = helm_marks::map_of("platform", &written)?;
    record["metadata"]["labels"]["status"] = "pending-upgrade".into();
    cluster.create(&format!("{HOME}/configmaps"), &record)?;
    cluster.wait_for_deployment("istio-system", "istiod", SOON)?;

    let run = mesh(&cluster, &["adopt", "--set", "profile=minimal", "-y"])?;
    ensure!(run.code == Some(0) && run.stdout.contains("taken over from Helm (istio-system/platform)"), "{run}");
    for part in [
        "Istio is only a part of Helm release istio-system/platform, which goes on with Helm; 1 of it stays Helm's: \
         ConfigMap/istio-system/web",
        "Helm release istio-system/platform is pending-upgrade",
    ] {
        ensure!(run.stderr.contains(part), "no {part:?}: {run}");
    }
    let annotations = |path: &str| Ok::<_, anyhow::Error>(cluster.get(path)?["metadata"]["annotations"].take());
    let foreign = annotations(&format!("{HOME}/configmaps/web"))?;
    ensure!(
        foreign["meta.helm.sh/release-name"] == "platform" && foreign.get("helm.sh/resource-policy").is_none(),
        "{foreign}"
    );
    // Helm leaves it when the charts are taken out of the release.
    let istiod = annotations("/apis/apps/v1/namespaces/istio-system/deployments/istiod")?;
    ensure!(
        istiod.get("meta.helm.sh/release-name").is_none() && istiod["helm.sh/resource-policy"] == "keep",
        "{istiod}"
    );
    let records = cluster.list(&format!("{HOME}/configmaps?labelSelector=owner%3Dhelm"))?;
    ensure!(records.len() == 1, "the release is hidden: {records:?}");
    // Which keeps nothing from mesh.
    Mesh::on(&cluster).install(["--set", "profile=minimal", "-y"]).run()?.expect_done(MINIMAL_LINES)?;
    let run = mesh(&cluster, &["uninstall", "--purge", "-y"])?;
    ensure!(run.code == Some(0) && !run.stdout.contains("resource-policy"), "{run}");
    ensure!(cluster.get_opt("/apis/apps/v1/namespaces/istio-system/deployments/istiod")?.is_none(), "{run}");
    ensure!(cluster.get_opt(&format!("{HOME}/configmaps/web"))?.is_some(), "{run}");
    Ok(())
}

/// Helm's other driver keeps its records in ConfigMaps: they are hidden and shown again as Secrets are. Of a release without
/// any record that is said.
#[test]
fn records_are_found_wherever_helm_keeps_them() -> Result<()> {
    let cluster = planes::builder().start()?;
    cluster.create_namespace("istio-system", &json!({}))?;
    let manifest = Mesh::alone().args(["manifest", "generate", "--set", "profile=minimal"]).run()?;
    let mut objects = yaml::documents("manifest", &manifest.stdout)?;
    objects.retain(|object| object.is_object());
    objects.sort_by_key(|object| object["kind"] != "CustomResourceDefinition");
    let paths = Paths::of(&cluster)?;
    for object in &mut objects {
        let is_pilot = object["metadata"]["labels"]["operator.istio.io/component"] == "Pilot";
        helm_marks::mark(object, if is_pilot { "istiod" } else { "istio-base" }, "istio-system");
        cluster.create(&format!("{}?fieldManager=helm", paths.collection(object)?), object)?;
    }
    let written =
        json!({"name": "istiod", "config": {"profile": "minimal"}, "chart": {"metadata": {"name": "istiod"}}});
    cluster.create(&format!("{HOME}/configmaps"), &helm_marks::map_of("istiod", &written)?)?;
    cluster.wait_for_deployment("istio-system", "istiod", SOON)?;

    let run = mesh(&cluster, &["adopt", "--set", "profile=minimal", "-y"])?;
    ensure!(run.code == Some(0), "{run}");
    ensure!(
        run.stderr.contains("Helm has no record of release istio-system/istio-base") && run.stderr.contains("sql"),
        "{run}"
    );
    let owned = |owner: &str| {
        Ok::<_, anyhow::Error>(cluster.list(&format!("{HOME}/configmaps?labelSelector=owner%3D{owner}"))?.len())
    };
    ensure!(owned("helm")? == 0 && owned("mesh")? == 1, "{run}");
    let run = mesh(&cluster, &["adopt", "--release", "-y"])?;
    ensure!(run.code == Some(0) && owned("helm")? == 1, "{run}");
    Ok(())
}
