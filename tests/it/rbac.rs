//! `mesh rbac`: each command runs under exactly the roles that it prints, asks for everything that they grant, and says which
//! right it lacks, and what grants it, before it writes.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::{Cluster, Requests};
use mesh::object::Object;
use mesh::plan::access::roles::{Grantee, Shape, roles};
use mesh::plan::access::{self, Need, Purpose, Subject, When};
use serde_json::{Value, json};

use crate::harness::mesh::{Mesh, Run};
use crate::harness::planes::builder;
use crate::harness::rights;

/// Who has the roles, and nothing else.
const LIMITED: &str = "limited";
const HOME: &str = "istio-system";
const SHOP: &str = "shop";
const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";
/// What an istiod of revision `crash` writes.
const LAST_LOG: &str = "fatal: gave up";
const DEMO: &[&str] = &["--set", "profile=demo"];
const MINIMAL: &[&str] = &["--set", "profile=minimal"];

/// A cluster, and who may do in it what was granted last.
struct World {
    cluster: Cluster,
    granted: Vec<Value>,
    /// How often something was granted.
    round: usize,
}

/// A command line under the roles of its command, and its exit code.
type Line<'a> = (&'a [&'a str], i32);

impl World {
    fn start() -> Result<Self> {
        Ok(Self { cluster: builder().user(LIMITED, &[]).start()?, granted: Vec::new(), round: 0 })
    }

    /// Gives these roles to the user, and nothing of what it had.
    fn grant(&mut self, items: Vec<Value>) -> Result<()> {
        for item in std::mem::take(&mut self.granted) {
            let path = path(&item)?;
            if self.cluster.get_opt(&path)?.is_some() {
                self.cluster.delete(&path)?;
            }
        }
        self.round += 1;
        let marker = format!("round-{}", self.round);
        for item in &items {
            let mut item = item.clone();
            // Something that nobody asks for tells when all of it counts: the authorizer hears of it by watches.
            if let Some(rules) = item.get_mut("rules").and_then(Value::as_array_mut) {
                rules.push(json!({"apiGroups": ["test.mesh.dev"], "resources": [marker], "verbs": ["get"]}));
            }
            self.cluster.apply(&path(&item)?, &item)?;
        }
        for role in items.iter().filter(|item| item.get("rules").is_some()) {
            let namespace = &role["metadata"]["namespace"];
            let get = json!({"verb": "get", "group": "test.mesh.dev", "resource": marker, "namespace": namespace});
            rights::wait_for(&self.cluster, LIMITED, &get, true)?;
        }
        self.granted = items;
        Ok(())
    }

    /// What `mesh rbac` prints for this, granted.
    fn granted(&mut self, purpose: Purpose, inputs: &[&str], more: &[&str]) -> Result<()> {
        let args = ["rbac", "--for", purpose.name(), "--user", LIMITED, "-o", "json"];
        let run = Mesh::alone().args(args).args(inputs).args(more).run()?;
        ensure!(run.code == Some(0), "{run}");
        self.grant(run.json()?["items"].as_array().context("no list")?.clone())
    }

    fn run(&self, args: &[&str]) -> Result<(Run, Requests)> {
        let mark = self.cluster.mark()?;
        let run = Mesh::with(&self.cluster.kubeconfig_for(LIMITED)?).args(args).run()?;
        let requests = self.cluster.requests_since(mark)?.filter(|request| request.user == LIMITED);
        Ok((run, requests))
    }

    /// Runs these lines under the roles of the command: nothing is refused. Gives what was asked.
    fn under(&mut self, purpose: Purpose, inputs: &[&str], more: &[&str], lines: &[Line<'_>]) -> Result<Requests> {
        self.granted(purpose, inputs, more)?;
        let mark = self.cluster.mark()?;
        for (args, code) in lines {
            let (run, requests) = self.run(args)?;
            ensure!(run.code == Some(*code), "{args:?}: {run}");
            let refused = requests.clone().filter(|request| request.code == 403);
            ensure!(refused.is_empty(), "{args:?} asks for more than is granted:\n{}{run}", refused.lines());
            ensure!(!requests.is_empty(), "{args:?}: {run}");
        }
        Ok(self.cluster.requests_since(mark)?.filter(|request| request.user == LIMITED))
    }

    /// The same, and everything that is always asked for was asked for by one of them.
    fn holds(&mut self, purpose: Purpose, inputs: &[&str], more: &[&str], lines: &[Line<'_>]) -> Result<()> {
        let requests = self.under(purpose, inputs, more, lines)?;
        let asked: BTreeSet<rights::Use> = requests.all().iter().flat_map(rights::uses).collect();
        let place = more.iter().position(|one| *one == "-n").and_then(|at| more.get(at + 1)).copied();
        let set = rights::set(inputs)?;
        let objects: Vec<&Object> = set.objects().collect();
        let needs = access::needs(purpose, &Subject { objects: &objects, home: HOME, place });
        let idle = rights::idle(&needs, &asked);
        ensure!(idle.is_empty(), "{} grants what was not asked for: {idle:#?}\n{}", purpose.name(), requests.lines());
        Ok(())
    }
}

fn path(item: &Value) -> Result<String> {
    let kind = item["kind"].as_str().context("no kind")?.to_lowercase();
    let name = item["metadata"]["name"].as_str().context("no name")?;
    Ok(match item["metadata"]["namespace"].as_str() {
        Some(namespace) => format!("{RBAC}/namespaces/{namespace}/{kind}s/{name}"),
        None => format!("{RBAC}/{kind}s/{name}"),
    })
}

fn namespace(cluster: &Cluster, name: &str) -> Result<()> {
    cluster.create_namespace(name, &json!({}))
}

/// Something to put into the mesh.
fn shop(cluster: &Cluster) -> Result<()> {
    namespace(cluster, SHOP)?;
    let labels = json!({"app": "web"});
    let web = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": {
            "metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "nginx:1.14.2"}]},
        }},
    });
    cluster.create(&format!("/apis/apps/v1/namespaces/{SHOP}/deployments"), &web)?;
    cluster.wait_for_deployment(SHOP, "web", Duration::from_secs(120))
}

#[test]
fn each_command_runs_under_its_roles_and_uses_all_of_them() -> Result<()> {
    let mut world = World::start()?;
    let log = "meshConfig.accessLogFile=/dev/stdout";
    let install = ["install", "--set", "profile=demo", "-y"];
    let change = ["install", "--set", "profile=demo", "--set", log, "-y"];
    world.holds(Purpose::Install, DEMO, &[], &[(&install, 0), (&install, 0), (&change, 0)])?;
    world.holds(Purpose::Diff, DEMO, &[], &[(&["diff"], 0), (&["diff", "--set", "profile=demo"], 1)])?;
    world.holds(Purpose::Verify, DEMO, &[], &[(&["verify"], 0), (&["verify", "--probe", "--wait"], 0)])?;
    world.holds(Purpose::Status, DEMO, &[], &[(&["status"], 0)])?;
    world.holds(Purpose::Check, DEMO, &[], &[(&["check"], 1)])?;
    world.holds(Purpose::Version, DEMO, &[], &[(&["version"], 0)])?;
    world.holds(Purpose::Revision, DEMO, &[], &[(&["revision", "list"], 0), (&["tag", "list"], 0)])?;
    world.holds(Purpose::History, DEMO, &[], &[(&["history"], 0)])?;
    let tag: [Line<'_>; 3] = [
        (&["tag", "set", "prod", "--revision", "default", "-y"], 0),
        (&["tag", "list"], 0),
        (&["tag", "remove", "prod", "-y"], 0),
    ];
    world.holds(Purpose::Tag, DEMO, &[], &tag)?;
    shop(&world.cluster)?;
    world.holds(Purpose::Inject, DEMO, &["-n", SHOP], &[(&["inject", "namespace", SHOP, "-y"], 0)])?;
    let labels: [Line<'_>; 4] = [
        (&["label", "namespace", SHOP, "team=a"], 0),
        (&["label", "deployment", "web", "team=a", "-n", SHOP], 0),
        (&["label", "pods", "--all", "team=a", "-n", SHOP], 0),
        (&["label", "namespace", SHOP, "istio-injection=enabled", "--overwrite"], 0),
    ];
    world.holds(Purpose::Label, DEMO, &["-n", SHOP], &labels)?;
    world.holds(Purpose::RemoteClusters, DEMO, &[], &[(&["remote-clusters"], 0)])?;
    // A change that the sidecars have to follow.
    let upgrade = ["upgrade", "--set", "values.global.proxy.logLevel=debug", "-y"];
    world.holds(Purpose::Upgrade, DEMO, &[], &[(&upgrade, 0), (&["upgrade", "-y"], 0)])?;
    world.holds(Purpose::Restart, DEMO, &["-n", SHOP], &[(&["restart", "--outdated", "-n", SHOP, "-y"], 0)])?;
    world.holds(Purpose::Describe, DEMO, &["-n", SHOP], &[(&["describe", "deployment", "web", "-n", SHOP], 0)])?;
    lack(&mut world, Purpose::Rollback, None, &["rollback", "-y"], &["create secrets", "watch deployments"])?;
    world.holds(Purpose::Rollback, DEMO, &[], &[(&["rollback", "-y"], 0)])?;
    // What an earlier installation had more is known, and goes.
    let less = ["install", "--set", "profile=minimal", "-y"];
    world.under(Purpose::Install, MINIMAL, &[], &[(&less, 0), (&less, 0)])?;
    let purge = ["uninstall", "--purge", "-y"];
    world.holds(Purpose::Uninstall, MINIMAL, &[], &[(&["uninstall", "--purge", "--dry-run"], 0), (&purge, 0)])?;
    ensure!(world.cluster.get_opt(&format!("/api/v1/namespaces/{HOME}"))?.is_none(), "the namespace stays");
    Ok(())
}

#[test]
fn roles_in_namespaces_are_enough() -> Result<()> {
    let mut world = World::start()?;
    namespace(&world.cluster, HOME)?;
    shop(&world.cluster)?;
    let narrow = ["--namespaced"];
    let install = ["install", "--set", "profile=demo", "-y"];
    world.under(Purpose::Install, DEMO, &narrow, &[(&install, 0), (&install, 0)])?;
    let role = world.granted.iter().find(|one| one["kind"] == "Role").context("no Role")?.to_string();
    ensure!(role.contains("deployments") && role.contains(HOME), "{role}");
    let wide = world.granted.iter().find(|one| one["kind"] == "ClusterRole").context("no ClusterRole")?.to_string();
    ensure!(!wide.contains("deployments") && !wide.contains("secrets"), "{wide}");
    world.under(Purpose::Verify, DEMO, &narrow, &[(&["verify", "--probe"], 0)])?;
    let place = ["--namespaced", "-n", SHOP];
    world.under(Purpose::Inject, DEMO, &place, &[(&["inject", "namespace", SHOP, "-y"], 0)])?;
    world.under(Purpose::Inject, DEMO, &place, &[(&["inject", "deployment", "web", "-n", SHOP, "-y"], 0)])?;
    world.under(Purpose::Restart, DEMO, &place, &[(&["restart", "--outdated", "-n", SHOP, "-y"], 0)])?;
    world.under(Purpose::Uninstall, DEMO, &narrow, &[(&["uninstall", "--purge", "-y"], 0)]).map(drop)
}

/// It asks for its pull secrets, which is granted where they are named; without that right nothing is written.
#[test]
fn an_installation_from_a_bundle_reads_its_pull_secrets() -> Result<()> {
    let mut world = World::start()?;
    let folder = tempfile::tempdir()?;
    let bundle = folder.path().join("a.tar").display().to_string();
    let any_file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let made = Mesh::alone().args(["bundle", &bundle, "--no-images", "--program", any_file]).args(MINIMAL).run()?;
    ensure!(made.code == Some(0), "{made}");
    namespace(&world.cluster, HOME)?;
    let pull = ["--image-pull-secret", "pull"];
    let from = ["install", "--bundle", &bundle, "--registry", "r.example.com", "--no-image-check", "-y"];
    let line = [&from[..], MINIMAL, &pull].concat();
    world.granted(Purpose::Install, MINIMAL, &[])?;
    let (run, requests) = world.run(&line)?;
    let grant = format!("mesh rbac --for install --set profile=minimal --manifests {bundle} --image-pull-secret pull");
    run.expect_failed(3, &["\"secrets\"", &grant])?;
    ensure!(requests.mutating().is_empty(), "{run}");
    world.under(Purpose::Install, MINIMAL, &pull, &[(&line, 1)])?;
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "pull"}});
    world.cluster.create(&format!("/api/v1/namespaces/{HOME}/secrets"), &secret)?;
    world.under(Purpose::Install, MINIMAL, &["--manifests", &bundle, pull[0], pull[1]], &[(&line, 0)]).map(drop)
}

/// What is asked for only where something fails is granted too, and used.
#[test]
fn a_failure_is_explained_under_the_same_roles() -> Result<()> {
    let mut world = World::start()?;
    let of = ["--revision", "crash"];
    world.granted(Purpose::Install, MINIMAL, &of)?;
    let (run, requests) = world.run(&["install", "--set", "profile=minimal", "--revision", "crash", "-y"])?;
    run.expect_failed(1, &["container discovery crashes", LAST_LOG])?;
    let refused = requests.clone().filter(|request| request.code == 403);
    ensure!(refused.is_empty(), "{}", refused.lines());
    let asked: BTreeSet<(String, String)> =
        requests.all().iter().map(|one| (one.verb.clone(), one.resource.clone())).collect();
    for (verb, resource) in [("watch", "pods"), ("watch", "replicasets"), ("watch", "events"), ("get", "pods/log")] {
        ensure!(asked.contains(&(verb.to_owned(), resource.to_owned())), "no {verb} {resource}: {}", requests.lines());
    }
    Ok(())
}

/// Takes away each right that a first installation needs, one at a time: it says which, and what grants it, and writes nothing.
#[test]
fn what_is_missing_is_named_before_anything_is_written() -> Result<()> {
    let mut world = World::start()?;
    // In a namespace that is there everything in it is looked for.
    namespace(&world.cluster, HOME)?;
    let set = rights::set(DEMO)?;
    let objects: Vec<&Object> = set.objects().collect();
    let subject = Subject { objects: &objects, home: HOME, place: None };
    let needs = access::needs(Purpose::Install, &subject);
    let grantees = [Grantee::User(LIMITED.to_owned())];
    let shape = Shape { name: "all-but-one", namespaced: false, grantees: &grantees };
    let known = access::to_write(Purpose::Install, &subject, &objects[1..]);
    // Goes on without: the platform of nodes that may not be seen, the address of a Service that may not be read.
    let is_done_without = |need: &Need| {
        (need.deed.verb, need.deed.resource.as_str()) == ("list", "nodes")
            || (need.deed.verb, need.deed.resource.as_str()) == ("get", "services")
    };
    let is_asked = |need: &&Need| {
        let is_escalation = ["escalate", "bind"].contains(&need.deed.verb);
        !is_done_without(need) && (need.when == When::Always || known.contains(&need.deed) || is_escalation)
    };
    let taken: Vec<&Need> = needs.iter().filter(is_asked).collect();
    ensure!(taken.len() > 60, "{}", taken.len());
    let mark = world.cluster.mark()?;
    let mut wrong = Vec::new();
    for one in taken {
        let rest: Vec<Need> = needs.iter().filter(|need| *need != one).cloned().collect();
        world.grant(roles(&rest, &shape))?;
        let (run, _) = world.run(&["install", "--set", "profile=demo", "-y"])?;
        let deed = &one.deed;
        let read = format!("cannot {} resource \"{}\"", deed.verb, deed.resource);
        let named = run.stderr.contains(&format!("you may not {deed}")) || run.stderr.contains(&read);
        let granted = run.stderr.contains("mesh rbac --for install --set profile=demo --user YOU | kubectl apply -f -");
        if run.code != Some(3) || !named || !granted {
            wrong.push(format!("without {deed}: {run}"));
        }
    }
    ensure!(wrong.is_empty(), "{} of them: {}", wrong.len(), wrong.join("\n"));
    let writes = world.cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    // Who holds every right of Istio's roles needs neither escalate nor bind.
    let without: Vec<Need> =
        needs.iter().filter(|need| !["escalate", "bind"].contains(&need.deed.verb)).cloned().collect();
    let mut items = roles(&without, &shape);
    let own =
        objects.iter().filter(|object| object.kind().ends_with("Role")).flat_map(|role| role.list("/rules").to_vec());
    let own: Vec<Value> = own.collect();
    items[0]["rules"].as_array_mut().context("no rules")?.extend(own);
    world.grant(items)?;
    let (run, _) = world.run(&["install", "--set", "profile=demo", "-y"])?;
    ensure!(run.code == Some(0), "{run}");
    removal(&mut world)?;
    tags_and_workloads(&mut world)
}

/// The roles of a command without what `is_left_out` says, for one user.
fn all_but(purpose: Purpose, place: Option<&str>, is_left_out: impl Fn(&Need) -> bool) -> Result<Vec<Value>> {
    let set = rights::set(DEMO)?;
    let objects: Vec<&Object> = set.objects().collect();
    let needs = access::needs(purpose, &Subject { objects: &objects, home: HOME, place });
    let rest: Vec<Need> = needs.iter().filter(|need| !is_left_out(need)).cloned().collect();
    ensure!(rest.len() < needs.len(), "{}: nothing is left out", purpose.name());
    let grantees = [Grantee::User(LIMITED.to_owned())];
    Ok(roles(&rest, &Shape { name: "all-but-one", namespaced: false, grantees: &grantees }))
}

/// Each of these without one right: the exit code of the table, the right by its name, the line, and no write.
fn lack(world: &mut World, purpose: Purpose, place: Option<&str>, args: &[&str], rights: &[&str]) -> Result<()> {
    for right in rights {
        let (verb, resource) = right.split_once(' ').context("a verb and a resource")?;
        let is_it = |need: &Need| need.deed.verb == verb && need.deed.resource == resource;
        world.grant(all_but(purpose, place, is_it)?)?;
        let (run, requests) = world.run(args)?;
        run.expect_failed(3, &["nothing was written", &format!("you may not {right}"), "mesh rbac --for "])?;
        ensure!(run.stderr.contains(&format!("mesh rbac --for {}", purpose.name())), "{run}");
        let writes = requests.mutating();
        ensure!(writes.is_empty(), "without {right}: {}", writes.lines());
    }
    Ok(())
}

fn removal(world: &mut World) -> Result<()> {
    let args = ["uninstall", "--purge", "-y"];
    let rights = ["delete deployments", "delete clusterroles", "create leases", "delete configmaps", "watch pods"];
    lack(world, Purpose::Uninstall, None, &args, &rights)
}

fn tags_and_workloads(world: &mut World) -> Result<()> {
    let args = ["tag", "set", "prod", "--revision", "default", "-y"];
    lack(world, Purpose::Tag, None, &args, &["create mutatingwebhookconfigurations", "create leases"])?;
    shop(&world.cluster)?;
    let args = ["inject", "namespace", SHOP, "-y"];
    lack(world, Purpose::Inject, Some(SHOP), &args, &["patch namespaces", "patch deployments", "watch pods"])
}

#[test]
fn roles_are_documents_that_say_what_they_are_for() -> Result<()> {
    let run = Mesh::alone().args(["rbac", "--for", "install", "--set", "profile=demo", "--group", "admins"]).run()?;
    ensure!(run.code == Some(0) && run.stderr.is_empty(), "{run}");
    ensure!(run.stdout.matches("# Warning").count() == 1, "{run}");
    for part in ["# What mesh install asks for, and no more.", "# Warning: escalate and bind", "resourceNames:"] {
        ensure!(run.stdout.contains(part), "no {part:?}: {run}");
    }
    let documents = mesh::yaml::documents("roles", &run.stdout)?;
    let kinds: Vec<&str> = documents.iter().filter_map(|one| one["kind"].as_str()).collect();
    ensure!(kinds == ["ClusterRole", "ClusterRoleBinding"], "{kinds:?}");
    let json = Mesh::alone()
        .args(["rbac", "--for", "install", "--set", "profile=demo", "--group", "admins", "-o", "json"])
        .run()?;
    ensure!(json.json()?["items"] == json!(documents) && json.stderr.contains("warning: escalate"), "{json}");
    // Nobody is bound unasked, and what only looks warns of nothing.
    let run = Mesh::alone().args(["rbac", "--for", "version,history"]).run()?;
    ensure!(run.stdout.matches("kind: ").count() == 1 && !run.stdout.contains("Warning"), "{run}");
    ensure!(run.stdout.contains("mesh-version-history"), "{run}");
    let wrong = Mesh::alone().args(["rbac", "--for", "dance"]).run()?;
    wrong.expect_failed(2, &["dance", "install"])?;
    let wrong = Mesh::alone().args(["rbac", "--for", "install", "--serviceaccount", "robot"]).run()?;
    wrong.expect_failed(2, &["NAMESPACE:NAME"])
}
