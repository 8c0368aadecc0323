#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::json;

use super::*;
use crate::istio::Installation;
use crate::plan::ledger::Ledger;
use crate::plan::state;

fn map(name: &str, data: &str, uid: &str) -> Object {
    let metadata = json!({"name": name, "namespace": "n", "uid": uid, "labels": {"l": data}});
    Object::new(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"k": data}})).unwrap()
}

fn id(name: &str) -> ObjectId {
    map(name, "", "").id()
}

fn history(records: &[(u64, Record)]) -> std::rc::Rc<History> {
    let home = Installation::unnamed("default", "n");
    let secrets: Vec<Object> =
        records.iter().map(|(number, record)| state::encode(record, &home, *number).unwrap()).collect();
    Ledger::read(&secrets).history(&home)
}

fn record(snapshot: &[Object], created: &[&str]) -> Record {
    Record {
        outcome: Outcome::Done,
        snapshot: snapshot.iter().map(|object| object.value().clone()).collect(),
        created: created.iter().map(|name| id(name)).collect(),
        inventory: vec![id("a"), id("b"), id("c")],
        restorable: true,
        ..Record::default()
    }
}

fn there(objects: &[Object]) -> HashMap<ObjectId, Object> {
    objects.iter().map(|object| (object.id(), object.clone())).collect()
}

fn own() -> Installation {
    Installation::unnamed("default", "istio-system")
}

#[test]
fn the_oldest_snapshot_since_counts() {
    let records = [
        (1, record(&[], &["a", "b"])),
        (2, record(&[map("a", "1", "u")], &["c"])),
        (3, record(&[map("a", "2", "u"), map("b", "1", "v"), map("c", "2", "w")], &["d"])),
    ];
    let history = history(&records);
    let live = there(&[map("a", "3", "u"), map("c", "3", "w"), map("d", "3", "x")]);
    let back = |to| Chain::since(&history, to, &own()).unwrap().plan(&live, "default", None);
    let one = back(Some(1));
    assert_eq!(one.replace, [map("a", "1", "u")]);
    assert_eq!(one.create.iter().map(Object::name).collect::<Vec<_>>(), ["b"]);
    assert_eq!(one.create[0].at("/metadata/uid"), None);
    assert_eq!(one.delete, [(id("d"), "x".to_owned()), (id("c"), "w".to_owned())]);
    let two = back(None);
    assert_eq!(two.replace, [map("a", "2", "u"), map("c", "2", "w")]);
    assert_eq!(two.delete, [(id("d"), "x".to_owned())]);
    assert_eq!(Chain::since(&history, None, &own()).unwrap().ids().len(), 4);
}

#[test]
fn there_is_not_always_a_way_back() {
    let done = || record(&[], &["a"]);
    let cut = Record { restorable: false, ..done() };
    let failed = Record { outcome: Outcome::Failed, ..done() };
    type Row = (Vec<(u64, Record)>, Option<u64>, &'static str);
    let table: [Row; 8] = [
        (vec![], None, "no-record"),
        (vec![(1, done())], None, "no-such-record"),
        (vec![(1, failed)], None, ""),
        (vec![(3, done()), (5, done())], Some(3), "no-such-record"),
        (vec![(3, done()), (4, done())], Some(4), "no-such-record"),
        (vec![(3, done()), (4, done())], None, ""),
        (vec![(3, done()), (4, cut)], None, "not-restorable"),
        (vec![(1, done()), (2, done())], Some(0), "no-such-record"),
    ];
    for (records, to, id) in table {
        let history = history(&records);
        let found = Chain::since(&history, to, &own()).err().map(|error| error.id()).unwrap_or_default();
        assert_eq!(found, id, "{:?} {to:?}", records.len());
    }
}

#[test]
fn without_a_number_it_is_the_last_state_that_was_whole() {
    let ended = |outcome| Record { outcome, ..record(&[], &[]) };
    let back = Record { rollback_to: Some(1), ..ended(Outcome::Pending) };
    let failed = || (3, ended(Outcome::Failed));
    let table = [
        (vec![(1, ended(Outcome::Done)), (2, ended(Outcome::Done)), failed()], 2),
        (vec![(1, ended(Outcome::Done)), (2, ended(Outcome::Failed)), failed()], 1),
        (vec![(1, ended(Outcome::Failed))], 0),
        (vec![(1, ended(Outcome::Done)), (2, ended(Outcome::Done)), failed(), (4, back)], 1),
    ];
    for (records, to) in table {
        assert_eq!(Chain::since(&history(&records), None, &own()).unwrap().to, to, "{}", records.len());
    }
}

#[test]
fn what_others_have_written_since_stays() {
    let deployment = |replicas: i64, image: &str, revision: &str| {
        let annotations = json!({"deployment.kubernetes.io/revision": revision});
        Object::new(json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "g", "namespace": "n", "uid": "u", "annotations": annotations},
            "spec": {"replicas": replicas, "image": image}}))
        .unwrap()
    };
    let scaler = Object::new(json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "g", "namespace": "n"},
        "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "g"}}}))
    .unwrap();
    let live = there(&[deployment(3, "new", "2"), scaler]);
    let history = history(&[(1, record(&[], &[])), (2, record(&[deployment(1, "old", "1")], &[]))]);
    let restore = Chain::since(&history, None, &own()).unwrap().plan(&live, "default", None);
    assert_eq!(restore.replace, [deployment(3, "old", "2")]);

    let webhook = |ca: &str, policy: &str| {
        Object::new(json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": "w"}, "webhooks": [{"name": "x", "failurePolicy": policy, "clientConfig": {"caBundle": ca}}]}))
        .unwrap()
    };
    let live = there(&[webhook("new", "Ignore")]);
    let history = self::history(&[(1, record(&[], &[])), (2, record(&[webhook("old", "Fail")], &[]))]);
    let restore = Chain::since(&history, None, &own()).unwrap().plan(&live, "default", None);
    assert_eq!(restore.replace, [webhook("new", "Fail")]);
}

fn workload(name: &str, app: &str, more: Value) -> Object {
    let mut value = json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": "n", "uid": format!("uid-{name}")},
        "spec": {"selector": {"matchLabels": {"app": app}}, "template": {"metadata": {"labels": {"app": app}}}}});
    value["metadata"].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Object::new(value).unwrap()
}

fn service(app: &str, address: &str) -> Object {
    Object::new(json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "g", "namespace": "n", "uid": "s"},
        "spec": {"selector": {"app": app}, "clusterIP": address}}))
    .unwrap()
}

fn back(before: &[Object], now: &[Object], answer: Option<&Answer>) -> Restore {
    let history = history(&[(1, record(&[], &[])), (2, record(before, &[]))]);
    Chain::since(&history, None, &own()).unwrap().plan(&there(now), "default", answer)
}

fn names<'o>(objects: impl IntoIterator<Item = &'o Object>) -> Vec<String> {
    objects.into_iter().map(|object| object.id().to_string()).collect()
}

#[test]
fn what_cannot_be_changed_back_is_made_anew_and_its_service_comes_last() {
    let old = || [workload("g", "old", json!({})), service("old", "10.0.0.1")];
    let now = [workload("g", "new", json!({})), service("new", "10.0.0.2")];
    let restore = back(&old(), &now, None);
    assert_eq!(restore.recreate.len(), 1);
    let Recreate { body, uid, because, .. } = &restore.recreate[0];
    assert_eq!((uid.as_str(), because.as_str()), ("uid-g", "spec.selector"));
    assert_eq!((body.text("/spec/selector/matchLabels/app"), body.at("/metadata/uid")), (Some("old"), None));
    assert_eq!(restore.replace, [service("old", "10.0.0.2")]);
    assert_eq!(restore.turned.iter().map(ToString::to_string).collect::<Vec<_>>(), ["Service/n/g"]);
    assert!(restore.back.is_empty());

    // Killed after the workload was made: it is waited for before the Service leads to it.
    let again = back(&old(), &[workload("g", "old", json!({})), service("new", "10.0.0.2")], None);
    assert!(again.recreate.is_empty() && again.create.is_empty());
    assert_eq!(again.back.iter().map(ToString::to_string).collect::<Vec<_>>(), ["Deployment/n/g"]);
    // … and before: it is made.
    let gone = back(&old(), &[service("new", "10.0.0.2")], None);
    assert_eq!(names(&gone.create), ["Deployment/n/g"]);

    let going = workload("g", "old", json!({"deletionTimestamp": "2026-01-01T00:00:00Z"}));
    let ending = back(&old(), &[going, service("old", "10.0.0.1")], None);
    assert_eq!(ending.recreate[0].because, "metadata.deletionTimestamp");
    assert_eq!(ending.recreate[0].body.at("/metadata/deletionTimestamp"), None);
}

#[test]
fn a_service_is_made_anew_where_it_gets_an_address_or_loses_it() {
    let table = [("None", "10.0.0.1", true), ("10.0.0.1", "None", true), ("10.0.0.1", "10.0.0.2", false)];
    for (was, is, anew) in table {
        let restore = back(&[service("a", was)], &[service("b", is)], None);
        assert_eq!(restore.recreate.len(), usize::from(anew), "{was} {is}");
        let body = restore.recreate.first().map(|one| &one.body).or(restore.replace.first()).unwrap();
        assert_eq!(body.text("/spec/clusterIP"), Some(if anew { was } else { is }), "{was} {is}");
    }
}

#[test]
fn what_the_server_says_cannot_be_changed_is_made_anew_too() {
    let mut restore = back(&[map("a", "1", "u")], &[map("a", "2", "u")], None);
    restore.remake(&id("a"), "data".to_owned());
    assert!(restore.replace.is_empty() && !restore.is_empty());
    assert_eq!((restore.recreate[0].uid.as_str(), restore.recreate[0].body.at("/metadata/uid")), ("u", None));
}

#[test]
fn what_others_held_is_theirs_again() {
    let held = |entries: &[(&str, &str, Value)], data: &str| {
        let mut object = map("a", data, "u");
        let entries: Vec<Value> = entries
            .iter()
            .map(|(manager, operation, fields)| json!({"manager": manager, "operation": operation, "fieldsV1": fields}))
            .collect();
        object.value_mut()["metadata"]["managedFields"] = entries.into();
        object
    };
    let data = || json!({"f:data": {"f:k": {}}});
    let label = || json!({"f:metadata": {"f:labels": {"f:l": {}}}});
    let both = || json!({"f:data": {"f:k": {}}, "f:metadata": {"f:labels": {"f:l": {}}}});
    let then = held(&[("mesh", "Apply", data()), ("kubectl-label", "Update", label())], "1");
    let changed = held(&[("mesh", "Apply", both())], "2");
    let restore = back(std::slice::from_ref(&then), &[changed], None);

    let mut written = held(&[("mesh", "Update", both()), ("pilot-discovery", "Update", json!({"f:x": {}}))], "1");
    let holders = restore.holders(&written).unwrap();
    let managers: Vec<&str> = holders.as_array().unwrap().iter().filter_map(|one| one["manager"].as_str()).collect();
    assert_eq!(managers, ["mesh", "kubectl-label", "pilot-discovery"]);
    assert_eq!(holders[0]["fieldsV1"], data());
    // By whatever operation, we hold no more than we did.
    written.value_mut()["metadata"]["managedFields"][0]["fieldsV1"] = data();
    assert_eq!(restore.holders(&written), None);

    // Nobody was tracked then.
    let untracked = back(&[held(&[], "1")], &[held(&[("mesh", "Apply", data())], "2")], None);
    assert_eq!(untracked.holders(&held(&[("mesh", "Update", data())], "1")), Some(json!([{}])));

    // Killed before they were given back.
    let killed = back(&[then], &[held(&[("mesh", "Update", both())], "1")], None);
    assert_eq!(
        (names(&killed.theirs), killed.replace.len(), killed.is_empty()),
        (vec!["ConfigMap/n/a".to_owned()], 0, false)
    );
}

#[test]
fn the_default_tag_is_not_moved() {
    let object = |kind: &str, name: &str, revision: &str, tag: bool, selects: &str| {
        let mut labels = json!({"istio.io/rev": revision, "app": "sidecar-injector"});
        if tag {
            labels["istio.io/tag"] = "default".into();
        }
        Object::new(json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind,
            "metadata": {"name": name, "uid": "u", "labels": labels},
            "webhooks": [{"name": "namespace.sidecar-injector.istio.io", "namespaceSelector": {"matchLabels": {"istio-injection": selects}},
                "rules": [{"operations": ["CREATE"], "resources": ["pods"]}]}]}))
        .unwrap()
    };
    let mutating = "MutatingWebhookConfiguration";
    let before = [
        object(mutating, "tag", "default", true, "enabled"),
        object(mutating, "injector", "default", false, "enabled"),
    ];
    let now = [object(mutating, "tag", "canary", true, "enabled"), object(mutating, "injector", "default", false, "x")];
    let answer = default::answering(&now).unwrap();
    let restore = back(&before, &now, Some(&answer));
    assert!(
        restore.keep.len() == 1 && restore.keep[0].1.contains("which leads to revision canary"),
        "{:?}",
        restore.keep
    );
    // The injector comes back, but matches nothing.
    assert_eq!(names(&restore.replace), ["MutatingWebhookConfiguration/injector"]);
    assert!(!default::answers(&restore.replace[0]));
    // Where it leads to the same revision as then, all of it comes back.
    let now = [object(mutating, "tag", "default", true, "other"), object(mutating, "injector", "default", false, "x")];
    let restore = back(&before, &now, default::answering(&now).as_ref());
    assert_eq!((restore.replace.len(), restore.keep.len()), (2, 0));
    assert!(default::answers(&restore.replace[1]));
}
