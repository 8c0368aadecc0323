//! Two clusters of one mesh: what lets each istiod read the other, and what is said where that cannot be.

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cluster::{Cluster, Mark};
use mesh::plan::access::Purpose;
use serde_json::{Value, json};

use super::Two;
use crate::harness::mesh::Mesh;
use crate::harness::rights::are_those_of;
use crate::harness::{named_program, say};

const SECRETS: &str = "/api/v1/namespaces/istio-system/secrets";

/// The kubeconfig in a Secret for a cluster, as a server shows it, or as it is sent.
fn config(secret: &Value, name: &str) -> Result<Value> {
    if let Some(text) = secret["stringData"][name].as_str() {
        return Ok(serde_yaml::from_str(text)?);
    }
    let packed = secret["data"][name].as_str().with_context(|| format!("no {name} in {}", secret["metadata"]))?;
    Ok(serde_yaml::from_str(&String::from_utf8(STANDARD.decode(packed)?)?)?)
}

pub(super) fn nobody_is_let_in_without_a_control_plane(two: &Two) -> Result<()> {
    two.run("multicluster link a b -y")?.expect_failed(1, &["no istiod runs in a or b"])
}

pub(super) fn each_is_let_in_to_read_the_other(two: &Two) -> Result<()> {
    let writes = two.writes()?;
    let servers = format!("--server a={} --server b={}", two.a.server(), two.b.server());
    two.run(&format!("multicluster link a b -y {servers}"))?
        .expect_failed(1, &["a and b are both called Kubernetes in the mesh"])?;
    name_them(two)?;
    let writes = writes.max(two.writes()?);
    for (words, code, part) in [
        ("multicluster link a a -y".to_owned(), 2, "context a is named twice"),
        ("multicluster link a b -y".to_owned(), 2, "means to an istiod elsewhere its own machine"),
        (format!("multicluster link a b {servers}"), 2, "nobody can be asked"),
        (format!("multicluster link a b -y {servers} --name c=x"), 2, "it is neither of the two clusters"),
        (format!("multicluster link a b -y {servers} --name b=east"), 1, "are both called east"),
    ] {
        two.run(&words)?.expect_failed(code, &[part]).context(words)?;
    }
    ensure!(two.writes()? == writes, "something was written");

    let marks = [two.a.mark()?, two.b.mark()?];
    let run = two.run(&format!("multicluster link a b -y {servers} -o json"))?;
    are_of(Purpose::Link, two, marks)?;
    let document = run.json()?;
    let admitted = document["admitted"].as_array().context("none")?;
    ensure!(admitted.len() == 2 && admitted[0]["reader"] == "a" && admitted[0]["cluster"] == "west", "{document:#}");
    // It is let in from here; the nodes of the tests run no istiod that could be asked.
    ensure!(admitted.iter().all(|one| one["unanswered"].is_null() && one["unknown"].is_string()), "{document:#}");
    ensure!(document["clusters"][1]["name"] == "west" && document["clusters"][1]["hasPlane"] == true, "{document:#}");
    is_as_istioctl_makes_it(&two.b, &two.a, "west")?;
    is_as_istioctl_makes_it(&two.a, &two.b, "east")?;

    // Once more nothing is written.
    let writes = two.writes()?;
    let again = two.run(&format!("multicluster link a b {servers}"))?;
    ensure!(again.stdout.matches(", as before: ").count() == 2 && again.code == run.code, "{again}");
    ensure!(two.writes()? == writes, "it was written again");
    are_listed(two)
}

/// What was asked of both since then, one as the other.
fn are_of(purpose: Purpose, two: &Two, marks: [Mark; 2]) -> Result<()> {
    let [a, b] = [(&two.a, marks[0]), (&two.b, marks[1])].map(|(cluster, mark)| cluster.requests_since(mark));
    are_those_of(purpose, "istio-system", &[], &a?.and(b?).by_agent("mesh/"))
}

fn name_them(two: &Two) -> Result<()> {
    for (context, name) in [("a", "east"), ("b", "west")] {
        let set = format!("upgrade -y --context {context} --set values.global.multiCluster.clusterName={name}");
        let run = two.run(&format!("{set} --set values.global.meshID=mesh --set values.global.network=net"))?;
        ensure!(run.code == Some(0), "{run}");
    }
    Ok(())
}

/// What lets an istiod in to `source` is in `reader`, lets in, and is what the reference makes.
fn is_as_istioctl_makes_it(source: &Cluster, reader: &Cluster, name: &str) -> Result<()> {
    let secret = reader.get(&format!("{SECRETS}/istio-remote-secret-{name}"))?;
    let own = config(&secret, name)?;
    ensure!(own["clusters"][0]["cluster"]["server"] == source.server(), "{own}");
    let kubeconfig = source.kubeconfig_edited(&format!("remote-{name}"), |config| *config = own.clone())?;
    let run = Mesh::with(&kubeconfig).args(["version", "-o", "json"]).run()?;
    ensure!(run.code == Some(0), "what it holds does not let in: {run}");
    let Some(istioctl) = named_program("MESH_TEST_ISTIOCTL") else {
        say("skipped: MESH_TEST_ISTIOCTL names no istioctl: remote Secrets are not compared with its own");
        return Ok(());
    };
    let made = std::process::Command::new(istioctl)
        .args(["create-remote-secret", "--name", name, "--server", source.server(), "--kubeconfig"])
        .arg(source.kubeconfig())
        .output()?;
    ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = String::from_utf8(made.stdout)?;
    let theirs: Value = serde_yaml::from_str(text.trim().trim_end_matches("---"))?;
    for field in ["labels", "annotations", "name", "namespace"] {
        ensure!(
            secret["metadata"][field] == theirs["metadata"][field],
            "{field}: {} {}",
            secret["metadata"],
            theirs["metadata"]
        );
    }
    let mut theirs = config(&theirs, name)?;
    if let Some(map) = theirs.as_object_mut() {
        map.remove("preferences");
    }
    ensure!(own == theirs, "{own:#}\n{theirs:#}");
    Ok(())
}

fn are_listed(two: &Two) -> Result<()> {
    let run = two.run("remote-clusters --context a")?;
    ensure!(
        run.code == Some(1)
            && run.stdout.contains("west")
            && run.stdout.contains("istio-system/istio-remote-secret-west"),
        "{run}"
    );
    // The address is loopback here: that is told.
    ensure!(run.stdout.contains("is an address of whoever asks it"), "{run}");
    let misplaced = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "north", "labels": {"istio/multiCluster": "true"}},
        "data": {"north": STANDARD.encode("clusters: [{cluster: {server: https://north.example.com}}]")}});
    two.a.create("/api/v1/namespaces/default/secrets", &misplaced)?;
    let document = two.run("remote-clusters --context a -o json")?.json()?;
    let remotes = document["clusters"][0]["remotes"].as_array().context("no remotes")?;
    let north = remotes.iter().find(|one| one["name"] == "north").context("no north")?;
    ensure!(
        north["trouble"].as_str().is_some_and(|text| text.contains("looks into namespace default")),
        "{document:#}"
    );
    Ok(())
}
