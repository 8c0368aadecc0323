//! `mesh install` onto a fresh cluster, and once more: what it prints, what it leaves behind, in which order it goes and
//! what it asks of the API server.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use cluster::Recorded;

use crate::harness::history::Change;
use crate::harness::live;
use crate::harness::mesh::{DEFAULT_LINES, DEMO_LINES, MINIMAL_LINES, Mesh};
use crate::harness::planes::{self, Installed};

const AGENT: &str = concat!("mesh/", env!("CARGO_PKG_VERSION"));
/// What is counted, which requests it is, and how many there may be.
type Row = (&'static str, fn(&Recorded) -> bool, usize);

/// Requests of a first installation of demo, each counted in the first row it fits. The objects of the install set are 46.
const BUDGET: [Row; 12] = [
    // Taken and given back; what renews it meanwhile depends on the time the run takes.
    ("lease", |request| request.resource == "leases", 4),
    ("state", |request| request.resource == "secrets" && !request.path.contains("dryRun=All"), 4),
    ("proof", |request| request.path.contains("dryRun=All") && PROVEN.contains(&request.resource.as_str()), 6),
    // Three Deployments, four Services, and the record: what could be refused once much is written.
    ("trials", |request| request.path.contains("dryRun=All"), 15),
    // 46 objects; the injector and the validator are closed after the proof, and the injector hands over to the tag.
    ("writes of objects", |request| request.verb == "patch", 46 + 3),
    ("version and discovery", |request| request.resource.is_empty(), 3),
    ("permissions", |request| request.resource == "selfsubjectrulesreviews", 1),
    ("the namespace", |request| request.verb == "get" && request.resource == "namespaces", 1),
    // A gateway's, to see whether it has an address.
    ("addresses", |request| request.verb == "get" && request.resource == "services", 1),
    ("lists", |request| request.verb == "list", 6),
    ("watches", |request| request.verb == "watch", 4),
    ("anything else", |_| true, 0),
];
/// A Lease is renewed this often at most, in seconds, each time with a read and a write.
const RENEWAL: usize = 3;
const BUDGET_BESIDE_WRITES: usize = 35;
const BUDGET_TOTAL: usize = 90;
/// What is tried to prove that webhooks answer.
const PROVEN: [&str; 2] = ["gateways", "pods"];

fn profiles() -> Result<[(&'static str, &'static str, &'static Installed); 3]> {
    Ok([
        ("demo", DEMO_LINES, planes::demo()?),
        ("default", DEFAULT_LINES, planes::default()?),
        ("minimal", MINIMAL_LINES, planes::minimal()?),
    ])
}

#[test]
fn stdout_is_the_checkmark_lines() -> Result<()> {
    for (_, lines, plane) in profiles()? {
        plane.first.expect_done(lines)?;
        plane.second.expect_done(lines)?;
    }
    Ok(())
}

#[test]
fn stderr_is_one_line_an_event() -> Result<()> {
    let run = &planes::demo()?.first;
    run.is_plain()?;
    let titles = ["Istio core", "Istiod", "Egress gateways", "Ingress gateways"];
    for (index, line) in run.stderr.lines().enumerate() {
        let is_of_component = titles.iter().any(|title| line.starts_with(&format!("{title}: ")));
        let is_note = line.starts_with("note: Service/istio-system/istio-ingressgateway gets no address");
        ensure!(!line.trim().is_empty() && (index < 2 || is_of_component || is_note), "{line:?} in {run}");
    }
    ensure!(run.stderr.starts_with("looking at https://127.0.0.1:"), "{run}");
    ensure!(
        run.stderr.lines().nth(1)
            == Some("Istio core, Istiod, Egress gateways, Ingress gateways on test-cluster: 46 objects to write"),
        "{run}"
    );
    let created: BTreeSet<&str> = run.stderr.lines().filter(|line| line.ends_with(" created")).collect();
    ensure!(created.len() == 46, "{} created: {run}", created.len());
    for title in titles {
        for event in ["started", "ready"] {
            ensure!(run.lines_with(&format!("{title}: {event}")).len() == 1, "{title} {event}: {run}");
        }
    }
    // Many objects that wait side by side are one line.
    let waiting: Vec<&str> = run
        .stderr
        .lines()
        .filter(|line| line.contains("CustomResourceDefinition") && line.contains("waiting"))
        .collect();
    ensure!(waiting.len() <= 1, "{waiting:#?}");
    Ok(())
}

#[test]
fn what_is_live_is_what_the_reference_leaves_behind() -> Result<()> {
    for (profile, _, plane) in profiles()? {
        let Some(wanted) = live::reference(profile)? else { continue };
        let differences = live::differences(&wanted, &plane.live);
        ensure!(wanted.len() > 30 && differences.is_empty(), "{profile}: {}", differences.join("\n"));
    }
    Ok(())
}

#[test]
fn a_second_run_writes_nothing() -> Result<()> {
    for (profile, _, plane) in profiles()? {
        let asked = plane.second_requests.clone();
        let reads = |request: &Recorded| matches!(request.verb.as_str(), "get" | "list" | "watch");
        let lines = asked.clone().filter(|request| !reads(request)).lines();
        ensure!(lines.is_empty(), "{profile}: a run without changes sends {lines}");
        ensure!((10..=20).contains(&asked.count()), "{profile}: {}", asked.lines());
        ensure!(plane.second.stderr.contains(": 0 objects to write"), "{}", plane.second);
    }
    Ok(())
}

#[test]
fn requests_are_within_the_budget() -> Result<()> {
    let plane = planes::demo()?;
    let asked = &plane.first_requests;
    let renewals = usize::try_from(plane.first.took.as_secs())? / RENEWAL;
    let mut counts = BUDGET.map(|(row, _, most)| (row, 0, if row == "lease" { most + 2 * renewals } else { most }));
    for request in asked {
        if let Some(index) = BUDGET.iter().position(|(_, holds, _)| holds(request)) {
            counts[index].1 += 1;
        }
    }
    for (row, count, most) in counts {
        ensure!(count <= most, "{row}: {count} requests, {most} are allowed:\n{}", asked.lines());
    }
    let reads = |request: &Recorded| !request.is_write();
    let beside = asked.clone().filter(reads).count();
    ensure!(beside <= BUDGET_BESIDE_WRITES + renewals, "{beside} beside writes:\n{}", asked.lines());
    ensure!(asked.count() <= BUDGET_TOTAL + 2 * renewals, "{} requests:\n{}", asked.count(), asked.lines());
    Ok(())
}

#[test]
fn every_request_says_who_asks() -> Result<()> {
    for (_, _, plane) in profiles()? {
        for request in plane.first_requests.all().iter().chain(plane.second_requests.all()) {
            ensure!(request.agent == AGENT, "{} {}: {}", request.verb, request.path, request.agent);
        }
    }
    Ok(())
}

#[test]
fn objects_of_one_wave_are_written_side_by_side() -> Result<()> {
    let plane = planes::demo()?;
    for (resource, least) in [("customresourcedefinitions", 5), ("roles", 2)] {
        let writes = plane.first_requests.clone().by_verb("patch").by_resource(resource);
        let most = writes.all().iter().map(|one| {
            let during = |other: &&Recorded| other.received <= one.received && one.received < other.answered;
            writes.all().iter().filter(during).count()
        });
        let most = most.max().unwrap_or(0);
        // Gateways come in pairs, so that their Roles do too.
        let waves = if resource == "roles" { 1 } else { least };
        ensure!(most >= waves, "{resource}: at most {most} at once:\n{}", writes.lines());
    }
    Ok(())
}

#[test]
fn nothing_comes_before_what_it_needs() -> Result<()> {
    let plane = planes::demo()?;
    let changes = &plane.changes;
    let is_definition = |change: &Change| change.kind == "CustomResourceDefinition";
    let is_webhook = |change: &Change| change.kind.ends_with("WebhookConfiguration");

    let namespace = changes.made("Namespace", "istio-system")?;
    let definitions: Vec<&Change> = changes.0.iter().filter(|change| change.is_new && is_definition(change)).collect();
    ensure!(
        definitions.len() == 15 && definitions.iter().all(|change| change.version > namespace),
        "CRDs before the namespace"
    );
    let established = definitions.iter().map(|definition| {
        changes.when(&format!("{} established", definition.name), |change| {
            change.name == definition.name
                && change.object["status"]["conditions"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .any(|condition| condition["type"] == "Established" && condition["status"] == "True")
        })
    });
    let established = established.collect::<Result<Vec<u64>>>()?.into_iter().max();
    // What controllers make by themselves belongs to no installation.
    let is_installed =
        |change: &Change| change.object["metadata"]["managedFields"].to_string().contains("\"manager\":\"mesh\"");
    let rest = changes.when("object after the CRDs", |change| {
        change.is_new && change.kind != "Namespace" && !is_definition(change) && is_installed(change)
    })?;
    ensure!(Some(rest) > established, "objects before the CRDs are established");

    let ready = |name: &str| {
        changes.when(&format!("{name} ready"), |change| {
            change.kind == "Deployment" && change.name == name && change.object["status"]["availableReplicas"] == 1
        })
    };
    let policies = |change: &Change| -> BTreeSet<String> {
        let webhooks = change.object["webhooks"].as_array().into_iter().flatten();
        webhooks.filter_map(|webhook| webhook["failurePolicy"].as_str()).map(str::to_owned).collect()
    };
    let closed = BTreeSet::from(["Fail".to_owned()]);
    let istiod = ready("istiod")?;
    let mut all_closed = 0;
    for name in ["istio-sidecar-injector", "istio-validator-istio-system"] {
        let made = changes.when(name, |change| change.is_new && is_webhook(change) && change.name == name)?;
        let first = changes.0.iter().find(|change| change.version == made);
        ensure!(made > istiod, "{name} is there before istiod is ready");
        ensure!(
            first.is_some_and(|first| policies(first) == BTreeSet::from(["Ignore".to_owned()])),
            "{name} begins closed"
        );
        let shut =
            changes.when(&format!("{name} closed"), |change| change.name == name && policies(change) == closed)?;
        all_closed = all_closed.max(shut);
    }
    for gateway in ["istio-egressgateway", "istio-ingressgateway"] {
        ensure!(changes.made("Service", gateway)? > all_closed, "{gateway} comes before the webhooks are closed");
    }
    let gateways = ready("istio-egressgateway")?.max(ready("istio-ingressgateway")?);
    let tag = [
        changes.made("MutatingWebhookConfiguration", "istio-revision-tag-default")?,
        changes.made("ValidatingWebhookConfiguration", "istiod-default-validator")?,
        changes.made("Service", "istiod-revision-tag-default")?,
    ];
    ensure!(tag.iter().all(|made| *made > gateways), "the default tag comes before the gateways are ready");
    let last =
        changes.0.iter().filter(|change| change.is_new && is_installed(change)).map(|change| change.version).max();
    ensure!(last == tag.iter().copied().max(), "something comes after the default tag");
    Ok(())
}

#[test]
fn webhooks_are_closed_after_the_proof() -> Result<()> {
    let plane = planes::demo()?;
    let proof = plane.first_requests.clone().filter(|request| request.path.contains("dryRun=All"));
    let proof = proof.filter(|request| PROVEN.contains(&request.resource.as_str()));
    let proven: BTreeSet<&str> = proof.all().iter().map(|request| request.resource.as_str()).collect();
    ensure!(proven == BTreeSet::from(PROVEN), "{}", proof.lines());
    let end = proof.all().iter().map(|request| request.answered.as_str()).max();
    for name in ["istio-sidecar-injector", "istio-validator-istio-system"] {
        let mut writes = plane
            .first_requests
            .clone()
            .filter(|request| {
                request.name == name && request.resource.ends_with("configurations") && request.is_write()
            })
            .all()
            .to_vec();
        writes.sort_by(|a, b| a.received.cmp(&b.received));
        ensure!(
            !writes.is_empty() && writes.iter().skip(1).all(|write| Some(write.received.as_str()) > end),
            "{name}: {writes:#?}"
        );
    }
    // The proof leaves nothing behind, and the tag injects from now on.
    let injector =
        plane.object("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/istio-sidecar-injector")?;
    ensure!(injector["webhooks"][0]["namespaceSelector"].to_string().contains("istio.io/deactivated"), "{injector}");
    Ok(())
}

#[test]
fn json_is_one_document_and_nothing_else() -> Result<()> {
    let plane = planes::demo()?;
    let run = Mesh::on(&plane.cluster).install(["--set", "profile=demo", "-o", "json"]).run()?;
    let document = run.json()?;
    ensure!(run.code == Some(0) && run.stderr.is_empty(), "{run}");
    ensure!(document["apiVersion"] == "mesh/v1" && document["kind"] == "Installation", "{run}");
    let cluster = &document["clusters"][0];
    ensure!(cluster["cluster"] == "test-cluster" && cluster["revision"] == "default", "{run}");
    ensure!(cluster["complete"] == true && cluster.get("error").is_none(), "{run}");
    let components = cluster["components"].as_array().into_iter().flatten();
    let states: Vec<String> = components
        .map(|component| {
            let changes = component["changes"].as_array().map_or(0, Vec::len);
            format!("{} {} {changes}", component["name"].as_str().unwrap_or_default(), component["state"])
        })
        .collect();
    let wanted = ["core", "istiod", "egress-gateways", "ingress-gateways"].map(|name| format!("{name} \"ready\" 0"));
    ensure!(states == wanted, "{run}");
    Ok(())
}

#[test]
fn quiet_prints_results_and_verbose_prints_requests() -> Result<()> {
    let plane = planes::demo()?;
    let run = |flag: &str| Mesh::on(&plane.cluster).install(["--set", "profile=demo", flag]).run();
    let quiet = run("-q")?;
    quiet.expect_done(DEMO_LINES)?;
    ensure!(quiet.stderr.is_empty(), "{quiet}");
    let verbose = run("-vv")?;
    verbose.expect_done(DEMO_LINES)?;
    for part in ["ask the version", "list ClusterRole", "read Namespace/istio-system"] {
        ensure!(verbose.stderr.contains(part), "no {part:?}: {verbose}");
    }
    verbose.is_plain()?;
    let colourful = Mesh::on(&plane.cluster).install(["--set", "profile=demo", "--color", "always"]).run()?;
    ensure!(colourful.stdout.starts_with("\u{1b}[32m✔\u{1b}[0m Istio core installed\n"), "{colourful:?}");
    Ok(())
}
