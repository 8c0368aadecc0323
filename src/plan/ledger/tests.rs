#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};

use super::*;
use crate::plan::state::encode;

fn named(name: &str, revision: &str) -> Installation {
    Installation { name: Some(name.to_owned()), ..unnamed(revision) }
}

fn unnamed(revision: &str) -> Installation {
    Installation::unnamed(revision, "istio-system")
}

fn record(time: &str, names: &[&str]) -> Record {
    Record {
        time: time.to_owned(),
        outcome: Outcome::Done,
        inputs: json!({"metadata": {}}),
        inventory: names.iter().map(|name| id(name)).collect(),
        restorable: true,
        ..Record::default()
    }
}

fn of_name(name: &str) -> Record {
    Record { inputs: json!({"metadata": {"name": name}}), ..record("", &[]) }
}

fn id(name: &str) -> ObjectId {
    ObjectId::new("v1", "Service", None, name)
}

fn secret(record: &Record, installation: &Installation, number: u64) -> Object {
    encode(record, installation, number).unwrap()
}

fn broken(installation: &Installation, number: u64, data: Value) -> Object {
    let mut secret = secret(&record("", &[]), installation, number);
    secret.value_mut()["data"] = data;
    secret
}

fn numbers(history: &History) -> Vec<u64> {
    history.records.iter().map(|(number, _)| *number).collect()
}

#[test]
fn every_installation_has_a_history_of_its_own() {
    let all =
        [unnamed("default"), unnamed("canary"), named("gw", "default"), named("gw", "1-30"), named("My_Gw", "1-30")];
    let secrets: Vec<Object> =
        all.iter().flat_map(|one| [1, 2].map(|number| secret(&record("", &[]), one, number))).collect();
    let ledger = Ledger::read(&secrets);
    assert_eq!(ledger.installations().count(), all.len());
    for one in &all {
        assert_eq!(numbers(&ledger.history(one)), [2, 1], "{one}");
    }
    assert_eq!(numbers(&ledger.history(&named("other", "default"))), [0; 0]);
}

#[test]
fn what_cannot_be_read_is_lost_and_keeps_its_number() {
    let home = unnamed("default");
    let secrets = [
        secret(&record("", &[]), &home, 1),
        broken(&home, 4, json!({"record": "%"})),
        broken(&home, 3, json!(null)),
        broken(&home, 2, json!({"record": "H4sI"})),
        secret(&record("", &[]), &unnamed("canary"), 9),
    ];
    let history = Ledger::read(&secrets).history(&home);
    assert_eq!(numbers(&history), [1]);
    assert_eq!(history.lost.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [4, 3, 2]);
    assert!(history.lost.iter().all(|(_, why)| why.contains("cannot be read")));
    assert_eq!((history.next(), history.newest()), (5, Some(&record("", &[]))));
}

/// What an unreadable record names is not known; one that was followed by a whole one does not matter.
#[test]
fn only_a_loss_after_the_last_whole_record_leaves_a_gap() {
    let home = unnamed("default");
    let failed = Record { outcome: Outcome::Failed, ..record("", &[]) };
    let table = [
        (vec![secret(&record("", &[]), &home, 1), broken(&home, 2, json!(null))], true),
        (vec![broken(&home, 1, json!(null)), secret(&record("", &[]), &home, 2)], false),
        (vec![broken(&home, 1, json!(null)), secret(&failed, &home, 2)], true),
        (vec![broken(&home, 1, json!(null))], true),
        (vec![secret(&failed, &home, 2)], false),
    ];
    for (secrets, gap) in table {
        assert_eq!(Ledger::read(&secrets).history(&home).gap().is_some(), gap, "{}", secrets.len());
    }
}

#[test]
fn what_an_unfinished_change_wants_and_what_was_before_it_is_the_inventory() {
    let of = |outcome: Outcome, names: &[&str]| Record { outcome, ..record("", names) };
    let records = vec![
        (4, of(Outcome::Pending, &["a", "d"])),
        (3, of(Outcome::Failed, &["c", "a"])),
        (2, of(Outcome::Done, &["a", "b"])),
        (1, of(Outcome::Done, &["z"])),
    ];
    let history = History { records, ..History::default() };
    let names: Vec<String> = history.inventory().into_iter().map(|id| id.name).collect();
    assert_eq!(names, ["b", "c", "a", "d"]);
}

#[test]
fn the_last_five_are_kept() {
    let secrets: Vec<Object> = (1..=6).map(|number| secret(&record("", &[]), &unnamed("default"), number)).collect();
    let history = Ledger::read(&secrets).history(&unnamed("default"));
    let names = |number| -> Vec<String> { history.obsolete(number).into_iter().map(|id| id.name).collect() };
    assert_eq!(names(7), ["mesh.v1.default.2", "mesh.v1.default.1"]);
    assert_eq!(names(6), ["mesh.v1.default.1"]);
    assert_eq!(Ledger::read(&secrets[..4]).history(&unnamed("default")).obsolete(5), []);
    assert_eq!(History::default().next(), 1);
}

/// Before names were part of a Secret's name: a series of one revision, whoever wrote into it.
#[test]
fn old_records_belong_to_whom_their_inputs_name() {
    let home = unnamed("default");
    let undone = Record { inputs: Value::Null, ..record("", &[]) };
    let secrets = [
        secret(&of_name("cp"), &home, 1),
        secret(&of_name("gw"), &home, 2),
        broken(&home, 3, json!(null)),
        secret(&undone, &home, 4),
        secret(&of_name("cp"), &home, 5),
        // Carried over by a run that was ended there.
        secret(&of_name("cp"), &named("cp", "default"), 5),
    ];
    let ledger = Ledger::read(&secrets);
    assert_eq!(ledger.installations().map(|(one, _)| one.to_string()).collect::<Vec<_>>().len(), 2);
    let (control_plane, gateway) = (ledger.history(&named("cp", "default")), ledger.history(&named("gw", "default")));
    assert_eq!((numbers(&control_plane), numbers(&gateway)), (vec![5, 1], vec![4, 2]));
    assert_eq!((control_plane.next(), gateway.next()), (6, 5));
    assert_eq!(gateway.lost.len(), 1, "it was written after one of gw's");
    let names =
        |carried: &[(ObjectId, Object)]| carried.iter().map(|(_, object)| object.name().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&control_plane.carried), ["mesh.v1.default.cp.1"]);
    assert_eq!(control_plane.replaced.len(), 2);
    assert_eq!(names(&gateway.carried), ["mesh.v1.default.gw.2", "mesh.v1.default.gw.3", "mesh.v1.default.gw.4"]);
    // Nothing of theirs is overwritten by the one without a name, nor goes with what it does not keep.
    let own = ledger.history(&home);
    assert_eq!((own.records.len(), own.next(), own.obsolete(6)), (0, 6, vec![]));
    // Written anew, it is the same history.
    let carried = control_plane.carried.iter().map(|(_, object)| object.clone());
    let anew = Ledger::read(&carried.chain([secrets[5].clone()]).collect::<Vec<_>>());
    assert_eq!(numbers(&anew.history(&named("cp", "default"))), [5, 1]);
    assert!(anew.history(&named("cp", "default")).carried.is_empty());
}

#[test]
fn an_object_that_several_want_belongs_to_who_wrote_it_last() {
    let (first, second) = (unnamed("default"), unnamed("canary"));
    let later = |mut object: Object, version: &str| {
        object.value_mut()["metadata"]["resourceVersion"] = version.into();
        object
    };
    let owner = |secrets: &[Object], name: &str| {
        Ledger::read(secrets).owners(|_| false).get(&id(name)).map(|one| one.to_string()).unwrap_or_default()
    };
    let ab = record("2026-01-01T00:00:01Z", &["a", "b"]);
    let bc = record("2026-01-01T00:00:02Z", &["b", "c"]);
    let both = [secret(&ab, &first, 1), secret(&bc, &second, 1)];
    assert_eq!(["a", "b", "c", "d"].map(|name| owner(&both, name)), ["default", "canary", "canary", ""]);
    // Written again it is the first one's again, and what it lists no more is the other's.
    let again = [&both[..], &[secret(&record("2026-01-01T00:00:03Z", &["b"]), &first, 2)]].concat();
    assert_eq!(["a", "b", "c"].map(|name| owner(&again, name)), ["", "default", "canary"]);
    // Within a second the server's order counts.
    let same = Record { time: ab.time.clone(), ..bc };
    for (one, other, last) in [("9", "10", "canary"), ("11", "10", "default")] {
        let secrets = [later(secret(&ab, &first, 1), one), later(secret(&same, &second, 1), other)];
        assert_eq!(owner(&secrets, "b"), last);
    }
    // Who else wants it: without the one that goes.
    let ledger = Ledger::read(&both);
    let others = ledger.owners(|one| *one == second);
    assert_eq!(others.get(&id("b")), Some(&&first));
    assert_eq!(others.get(&id("c")), None);
}

#[test]
fn who_is_meant_is_told_or_asked() {
    let all = |installations: &[Installation]| {
        let secrets: Vec<Object> = installations.iter().map(|one| secret(&record("", &[]), one, 1)).collect();
        Ledger::read(&secrets)
    };
    let meant =
        |ledger: &Ledger, name: Option<&str>| ledger.meant("default", "istio-system", name).map_err(|error| error.id());
    let one = all(&[named("gw", "default"), unnamed("canary")]);
    assert_eq!(meant(&one, None), Ok(named("gw", "default")));
    assert_eq!(meant(&one, Some("x")), Ok(named("x", "default")));
    assert_eq!(meant(&all(&[]), None), Ok(unnamed("default")));
    assert_eq!(meant(&all(&[named("gw", "default"), unnamed("default")]), None), Ok(unnamed("default")));
    let two = all(&[named("a", "default"), named("b", "default")]);
    assert_eq!(meant(&two, None), Err("which-installation"));
    assert_eq!(all(&[unnamed("canary")]).only("istio-system", None).map_err(|error| error.id()), Ok(unnamed("canary")));
    assert_eq!(one.only("istio-system", None).map_err(|error| error.id()), Ok(named("gw", "default")));
    assert_eq!(one.only("istio-system", Some("gw")).map_err(|error| error.id()), Ok(named("gw", "default")));
    let neither = all(&[unnamed("a"), unnamed("b")]);
    assert_eq!(neither.only("istio-system", None).map_err(|error| error.id()), Err("which-installation"));
}

#[test]
fn a_record_that_was_written_since_is_noticed() {
    let of = |version: &str, number| {
        let mut one = secret(&record("", &[]), &unnamed("default"), number);
        one.value_mut()["metadata"]["resourceVersion"] = version.into();
        one
    };
    let ledger = Ledger::read(&[of("1", 1)]);
    let is_same = |other: &[Object]| ledger.is_same(&Ledger::read(other), |id| id.name.contains("default"));
    assert!(is_same(&[of("1", 1)]));
    assert!(!is_same(&[of("2", 1)]), "written again");
    assert!(!is_same(&[of("1", 1), of("2", 2)]), "one more");
    assert!(!is_same(&[]), "taken away");
    assert!(is_same(&[of("1", 1), secret(&record("", &[]), &unnamed("canary"), 1)]), "of another one");
    assert!(ledger.without(|one| one.revision == "default").installations().next().is_none());
}
