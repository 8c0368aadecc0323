#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use serde_json::{Value, json};

use super::*;
use crate::istio::Installation;
use crate::object::Object;
use crate::plan::state::{self, Record};

fn object(kind: &str, name: &str, labels: Value) -> Object {
    let metadata = json!({"name": name, "labels": labels});
    Object::new(json!({"apiVersion": "v1", "kind": kind, "metadata": metadata})).unwrap()
}

fn webhook(revision: &str, tag: Option<&str>) -> Object {
    let mut labels = json!({"app": "sidecar-injector", "istio.io/rev": revision});
    if let Some(tag) = tag {
        labels["istio.io/tag"] = tag.into();
    }
    object("MutatingWebhookConfiguration", &format!("{revision}-{}", tag.unwrap_or_default()), labels)
}

fn held(namespace: &str, owner: &str, revision: &str) -> Held {
    let owner = match owner {
        "" => PodOwner::Other("it is on its own".to_owned()),
        name => PodOwner::Workload(ObjectId::new("apps/v1", "Deployment", Some(namespace), name)),
    };
    let pod = ObjectId::new("v1", "Pod", Some(namespace), "p");
    Held { pod, owner, revision: revision.to_owned(), gateway: false, label: None }
}

/// Before the first write: `plain` and `named` ask for the old revision, `tagged` for a tag of it, `open` for none.
fn picture() -> Picture {
    let namespaces = [
        ("plain", json!({"istio-injection": "enabled"})),
        ("named", json!({"istio.io/rev": "default"})),
        ("tagged", json!({"istio.io/rev": "prod"})),
        ("open", json!({})),
        ("other", json!({"istio.io/rev": "else"})),
    ];
    Picture {
        webhooks: vec![webhook("default", None), webhook("default", Some("prod")), webhook("default", Some("default"))],
        namespaces: namespaces.into_iter().map(|(name, labels)| object("Namespace", name, labels)).collect(),
        ..Picture::default()
    }
}

fn ledger(of: &[(&str, Outcome, &[&str])]) -> Ledger {
    let secret = |(place, (revision, outcome, names)): (usize, &(&str, Outcome, &[&str]))| {
        let id = |name: &&str| ObjectId::new("apps/v1", "Deployment", Some("istio-system"), name);
        let record = Record {
            time: format!("2026-01-0{}T00:00:00Z", place + 1),
            inputs: json!({}),
            inventory: names.iter().map(id).collect(),
            outcome: *outcome,
            ..Record::default()
        };
        state::encode(&record, &Installation::unnamed(revision, "istio-system"), 1).unwrap()
    };
    Ledger::read(&of.iter().enumerate().map(secret).collect::<Vec<_>>())
}

fn label(picture: &mut Picture, name: &str, labels: Value) {
    let found = picture.namespaces.iter_mut().find(|one| one.name() == name).unwrap();
    *found = object("Namespace", name, labels);
}

fn shown(picture: &Picture, held: &[Held], ledger: &Ledger, note: &Note) -> String {
    let rows = way(&Seen { picture, held, ledger, note });
    let name = |step: &Step| match step {
        Step::Install => "install".to_owned(),
        Step::Tag(name) => format!("tag:{name}"),
        Step::Namespace(name) => name.clone(),
        Step::Gateways => "gateways".to_owned(),
        Step::Default => "default".to_owned(),
        Step::Pods(name) => format!("pods:{name}"),
        Step::Finish => "finish".to_owned(),
    };
    let state = |state: State| match state {
        State::Done => "+",
        State::Next => ">",
        State::ToDo => ".",
        State::Blocked => "!",
    };
    rows.iter().map(|row| format!("{}{}", state(row.state), name(&row.step))).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_way_is_told_by_what_is_in_the_cluster() {
    let mut picture = picture();
    let old: (&str, Outcome, &[&str]) = ("default", Outcome::Done, &["istiod", "gateway"]);
    let mut ledger_now = ledger(&[old]);
    let note = Note::begin("default", "new", &picture, &ledger_now);
    assert_eq!(note.namespaces.keys().collect::<Vec<_>>(), ["named", "plain", "tagged"]);
    assert_eq!((note.tags.as_slice(), note.default, note.gateways.len()), (["prod".to_owned()].as_slice(), true, 1));
    let mut pods: Vec<Held> =
        [("plain", "a"), ("named", "b"), ("tagged", "c"), ("open", "d"), ("istio-system", "gateway")]
            .map(|(namespace, owner)| held(namespace, owner, "default"))
            .to_vec();
    let expect = |picture: &Picture, pods: &[Held], ledger: &Ledger, wanted: &str| {
        assert_eq!(shown(picture, pods, ledger, &note), wanted);
    };
    expect(
        &picture,
        &pods,
        &ledger_now,
        ">install .named .plain .tag:prod .tagged .gateways .default .pods:open .finish",
    );
    // Recorded and not at its end: not done.
    picture.webhooks.push(webhook("new", None));
    ledger_now = ledger(&[old, ("new", Outcome::Pending, &["istiod-new"])]);
    expect(
        &picture,
        &pods,
        &ledger_now,
        ">install .named .plain .tag:prod .tagged .gateways .default .pods:open .finish",
    );
    ledger_now = ledger(&[old, ("new", Outcome::Done, &["istiod-new"])]);
    // A label alone moves nobody.
    label(&mut picture, "named", json!({"istio.io/rev": "new"}));
    expect(
        &picture,
        &pods,
        &ledger_now,
        "+install >named .plain .tag:prod .tagged .gateways .default .pods:open .finish",
    );
    pods[1].revision = "new".to_owned();
    expect(
        &picture,
        &pods,
        &ledger_now,
        "+install +named >plain .tag:prod .tagged .gateways .default .pods:open .finish",
    );
    label(&mut picture, "plain", json!({"istio.io/rev": "new"}));
    pods[0].revision = "new".to_owned();
    picture.webhooks[1] = webhook("new", Some("prod"));
    expect(
        &picture,
        &pods,
        &ledger_now,
        "+install +named +plain +tag:prod >tagged .gateways .default .pods:open .finish",
    );
    pods[2].revision = "new".to_owned();
    ledger_now = ledger(&[old, ("new", Outcome::Done, &["istiod-new", "gateway"])]);
    pods[4].revision = "new".to_owned();
    expect(
        &picture,
        &pods,
        &ledger_now,
        "+install +named +plain +tag:prod +tagged +gateways >default .pods:open .finish",
    );
    picture.webhooks[2] = webhook("new", Some("default"));
    expect(
        &picture,
        &pods,
        &ledger_now,
        "+install +named +plain +tag:prod +tagged +gateways +default >pods:open .finish",
    );
    pods[3].revision = "new".to_owned();
    expect(&picture, &pods, &ledger_now, "+install +named +plain +tag:prod +tagged +gateways +default >finish");
    // A pod on its own keeps the old revision alive.
    pods.push(held("plain", "", "default"));
    expect(&picture, &pods, &ledger_now, "+install +named !plain +tag:prod +tagged +gateways +default !finish");
    pods.pop();
    picture.webhooks.remove(0);
    expect(&picture, &pods, &ledger_now, "+install +named +plain +tag:prod +tagged +gateways +default +finish");
}

#[test]
fn the_way_back_is_told_the_other_way_round() {
    let mut picture = picture();
    let (old, new): (_, (&str, Outcome, &[&str])) =
        (("default", Outcome::Done, ["istiod"].as_slice()), ("new", Outcome::Done, &["istiod-new", "gateway"]));
    let mut note =
        Note::begin("default", "new", &picture, &ledger(&[("default", Outcome::Done, &["istiod", "gateway"])]));
    note.aborting = true;
    picture.webhooks.push(webhook("new", None));
    picture.webhooks[1] = webhook("new", Some("prod"));
    picture.webhooks[2] = webhook("new", Some("default"));
    label(&mut picture, "plain", json!({"istio.io/rev": "new"}));
    let mut pods = vec![held("plain", "a", "new"), held("tagged", "c", "new"), held("open", "d", "new")];
    pods[2].label = Some("new".to_owned());
    let ledger_now = ledger(&[old, new]);
    let expect = |picture: &Picture, pods: &[Held], ledger: &Ledger, wanted: &str| {
        assert_eq!(shown(picture, pods, ledger, &note), wanted);
    };
    // Whose template names the new revision, keeps it.
    expect(&picture, &pods, &ledger_now, ">default .tag:prod .named .plain .tagged !pods:open !finish .gateways");
    pods[2].label = None;
    picture.webhooks[1] = webhook("default", Some("prod"));
    picture.webhooks[2] = webhook("default", Some("default"));
    expect(&picture, &pods, &ledger_now, "+default +tag:prod +named >plain .tagged .pods:open .finish .gateways");
    pods.clear();
    label(&mut picture, "plain", json!({"istio-injection": "enabled"}));
    picture.webhooks.pop();
    expect(&picture, &pods, &ledger_now, "+default +tag:prod +named +plain +tagged +finish >gateways");
    let back = ledger(&[new, ("default", Outcome::Done, &["istiod", "gateway"])]);
    expect(&picture, &pods, &back, "+default +tag:prod +named +plain +tagged +finish +gateways");
}

#[test]
fn a_template_that_names_the_old_revision_is_its_owners_to_change() {
    let picture = picture();
    let note = Note::begin("default", "new", &picture, &Ledger::default());
    let mut pods = vec![held("open", "web", "default"), held("open", "web", "default")];
    pods.iter_mut().for_each(|pod| pod.label = Some("default".to_owned()));
    let seen = Seen { picture: &picture, held: &pods, ledger: &Ledger::default(), note: &note };
    let rows = way(&seen);
    let row = rows.iter().find(|row| row.step == Step::Pods("open".to_owned())).unwrap();
    assert_eq!((row.state, row.stuck.len()), (State::Blocked, 1));
    assert!(row.stuck[0].why.ends_with("mesh inject deployment web -n open --revision new"), "{:?}", row.stuck);
}

#[test]
fn what_was_noted_is_read_again_and_labels_of_then_stay() {
    let mut picture = picture();
    let mut note = Note::begin("default", "new", &picture, &Ledger::default());
    let again = Note::of(&note.object("istio-system").unwrap()).unwrap();
    assert_eq!(again, note);
    label(&mut picture, "plain", json!({"istio.io/rev": "new"}));
    assert!(!note.add(&picture));
    assert_eq!((note.asked("plain"), note.asked("tagged"), note.asked("open")), (Some("default"), Some("prod"), None));
    label(&mut picture, "open", json!({"istio-injection": "enabled"}));
    assert!(note.add(&picture) && note.asked("open") == Some("default"));
    assert_eq!(Note::of(&object("ConfigMap", "x", json!({}))).unwrap_err().id(), "bad-note");
}
