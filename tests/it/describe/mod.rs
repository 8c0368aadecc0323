//! `mesh describe`: the part that is kubectl's, line for line against the kubectl of this machine, and the Mesh section.

mod mesh;
mod objects;
mod odd;

use anyhow::{Result, ensure};
use cluster::Cluster;

use crate::harness::mesh::Mesh;
use crate::harness::planes::builder;
use crate::harness::say;

/// At least so many objects are compared, or the test proves too little.
const OBJECTS: usize = 40;
/// Ages go on between two runs: so often both are run until they fall into the same second.
const TRIES: usize = 4;
/// An object that changes meanwhile is looked at so many times more.
const MOVES: usize = 30;
/// On a machine that is too busy for that, ages may lie so many seconds apart.
const APART: u64 = 10;

/// What `mesh` prints before its Mesh sections, as kubectl would.
fn without_mesh(text: &str) -> String {
    let mut kept = Vec::new();
    let mut lines = text.lines().peekable();
    let mut in_section = false;
    while let Some(line) = lines.next() {
        if line.is_empty() && lines.peek() == Some(&"Mesh:") {
            in_section = true;
        } else if in_section && line.is_empty() {
            in_section = false;
        }
        if !in_section {
            kept.push(line);
        }
    }
    kept.join("\n").trim_end_matches('\n').to_owned() + "\n"
}

/// What a later kubectl writes otherwise than 1.32, in the words and columns of 1.32: whether a projected Secret or ConfigMap
/// may be missing, where 1.32 shows Go's word for what is not set.
fn as_before(kubectl: &str, mesh: &str) -> String {
    let (mut lines, mut wanted) = (Vec::new(), mesh.lines());
    for line in kubectl.lines() {
        let mine = wanted.next().unwrap_or_default();
        let (name, value) = mine.trim().split_once(':').unwrap_or_default();
        let is_it = matches!(name, "SecretOptionalName" | "ConfigMapOptional") && line.trim().starts_with("Optional:");
        let means = if value.trim() == "<nil>" { "false" } else { value.trim() };
        lines.push(if is_it && line.trim_end().ends_with(means) { mine } else { line });
    }
    lines.join("\n")
}

/// The seconds of an age as kubectl writes it: `41s`, `2m5s`, `(x3`, `over` and `50s)` around it left aside.
fn age(word: &str) -> Option<u64> {
    let mut seconds = 0;
    let mut rest = word.trim_matches(['(', ')']);
    while !rest.is_empty() {
        let digits = rest.find(|one: char| !one.is_ascii_digit())?;
        let unit = match rest.as_bytes()[digits] {
            b's' => 1,
            b'm' => 60,
            b'h' => 3600,
            _ => return None,
        };
        seconds += rest[..digits].parse::<u64>().ok()? * unit;
        rest = &rest[digits + 1..];
    }
    Some(seconds)
}

/// Whether both lines are the same but for ages that were told a little apart.
fn aged(kubectl: &str, mesh: &str) -> bool {
    let words = || kubectl.split_whitespace().zip(mesh.split_whitespace());
    kubectl.split_whitespace().count() == mesh.split_whitespace().count()
        && words().all(|(a, b)| a == b || age(a).zip(age(b)).is_some_and(|(a, b)| a.abs_diff(b) <= APART))
}

/// The lines of a description, with events ordered by what they say: kubectl orders them by the second in which they were
/// seen, by a sort of Go's that gives those of one second in any order (`describe.DescribeEvents`).
fn lines(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while let Some(title) = lines[at..].iter().position(|line| line.trim_end() == "Events:") {
        // Behind the names of the columns, and the line below those.
        let first = (at + title + 3).min(lines.len());
        let events = lines[first..].iter().take_while(|line| line.starts_with(' ')).count();
        at = first + events;
        lines[first..at]
            .sort_by_key(|line| line.split_whitespace().filter(|word| age(word).is_none()).collect::<Vec<_>>());
    }
    lines
}

fn difference(kubectl: &str, mesh: &str, ages_count: bool) -> Option<String> {
    let (kubectl_lines, mesh_lines) = (lines(kubectl), lines(mesh));
    let pairs = kubectl_lines.iter().zip(&mesh_lines).enumerate();
    let first = pairs.into_iter().find(|(_, (a, b))| a != b && (ages_count || !aged(a, b)));
    match first {
        Some((number, (a, b))) => Some(format!("line {}:\n  kubectl {a:?}\n  mesh    {b:?}", number + 1)),
        None if kubectl_lines.len() != mesh_lines.len() => Some(format!("not as many lines:\n{kubectl}\n---\n{mesh}")),
        None => None,
    }
}

/// Both describe the same; none where they do, else how they differ. What changes while both look, be it the object, an event
/// about it or an address behind it, is looked at again: kubectl says before and after whether it is still the same.
fn compared(cluster: &Cluster, args: &[&str]) -> Result<Option<String>> {
    let kubectl = || cluster.kubectl(&[&["describe"], args].concat());
    let mut last = None;
    let (mut try_, mut moves) = (1, 0);
    while try_ <= TRIES {
        // What agrees at once needs no second look.
        let before = if last.is_some() { kubectl()? } else { None };
        // Side by side: they tell ages in seconds, and on a busy machine seconds lie between two that follow each other.
        let (theirs, ours) = std::thread::scope(|scope| {
            let theirs = scope.spawn(kubectl);
            let ours = Mesh::on(cluster).args(["describe"]).args(args).run();
            (theirs.join().expect("kubectl is run"), ours)
        });
        let (Some(theirs), ours) = (theirs?, ours?) else { return Ok(None) };
        ensure!(ours.code == Some(0), "{args:?}: {ours}");
        let ours = without_mesh(&ours.stdout);
        let theirs = as_before(theirs.trim_end(), &ours);
        last = difference(&theirs, ours.trim_end(), try_ < TRIES).map(|why| format!("{args:?}: {why}"));
        if last.is_none() {
            return Ok(None);
        }
        let moved = match (before, kubectl()?) {
            (Some(before), Some(after)) => difference(&before, &after, false).is_some(),
            _ => true,
        };
        if moved && moves < MOVES {
            moves += 1;
        } else {
            try_ += 1;
        }
    }
    Ok(last)
}

#[test]
fn what_kubectl_describes_is_described_line_for_line_and_then_the_mesh() -> Result<()> {
    let cluster = builder().nodes(2).start()?;
    if cluster.kubectl(&["version", "--client"])?.is_none() {
        say("skipped: there is no kubectl on PATH");
        return Ok(());
    }
    objects::create(&cluster)?;
    let mut compared_objects = 0;
    let mut wrong = Vec::new();
    for (kind, collection) in objects::COLLECTIONS {
        for object in cluster.list(collection)? {
            let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
            let (name, namespace) = (text("name"), text("namespace"));
            let args: Vec<&str> = [*kind, name.as_str()]
                .into_iter()
                .chain(if namespace.is_empty() {
                    [].as_slice().iter().copied()
                } else {
                    ["-n"].as_slice().iter().copied()
                })
                .chain(Some(namespace.as_str()).filter(|one| !one.is_empty()))
                .collect();
            wrong.extend(compared(&cluster, &args)?);
            compared_objects += 1;
        }
    }
    // Spellings, lists, selectors, and the beginning of a name.
    for args in [
        &["deploy", "-n", "shop"][..],
        &["deployments.apps/nginx-deployment", "-n", "shop"],
        &["po", "-l", "app=nginx", "-n", "shop"],
        &["svc", "-A"],
        &["ns/shop", "ns/limited"],
        &["deployment", "nginx-dep", "-n", "shop"],
    ] {
        wrong.extend(compared(&cluster, args)?);
    }
    ensure!(wrong.is_empty(), "{} of {compared_objects} differ:\n{}", wrong.len(), wrong.join("\n"));
    ensure!(compared_objects >= OBJECTS, "only {compared_objects} objects were compared");
    mesh::check(&cluster)
}
