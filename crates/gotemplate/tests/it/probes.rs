//! The engine against Go itself: every probe in `tests/probes` through both.
//!
//! Go's answers are recorded in `answers.json`, so that the comparison also runs without Go. Where
//! Go is, the record itself is checked; `UPDATE_PROBES=1` writes it anew.

use crate::oracle::{Answer, Oracle, Question};
use gotemplate::{Functions, MissingKey, Templates, Value};
use serde::{Deserialize, Serialize};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// A question, and where it stands.
struct Probe {
    place: String,
    question: Question,
}

/// A line of the record: the probe for those who read it, and Go's answer.
#[derive(Serialize, Deserialize)]
struct Record {
    template: String,
    #[serde(flatten)]
    answer: Answer,
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn probes() -> Vec<Probe> {
    let mut files: Vec<PathBuf> = fs::read_dir(tests().join("probes"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    files.iter().flat_map(|file| read(file)).collect()
}

/// Reads one file; its syntax is told in `probes/README.md`.
fn read(file: &Path) -> Vec<Probe> {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(file).unwrap();
    let mut current = Question {
        mode: "helm".into(),
        missing: "default".into(),
        data: serde_json::json!({}),
        template: String::new(),
    };
    let mut probes = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((i, line)) = lines.next() {
        let place = format!("{name}:{}", i + 1);
        let template = match line.split_once(' ').unwrap_or((line, "")) {
            ("", _) if line.is_empty() => continue,
            ("#", _) => continue,
            ("mode", mode) => {
                current.mode = mode.into();
                continue;
            }
            ("missing", missing) => {
                current.missing = missing.into();
                continue;
            }
            ("data", json) => {
                current.data = serde_json::from_str(json).unwrap_or_else(|e| panic!("{place}: {e}"));
                continue;
            }
            ("<<<", _) => {
                let block: Vec<&str> = lines.by_ref().map(|(_, l)| l).take_while(|l| *l != ">>>").collect();
                block.join("\n")
            }
            _ => line.into(),
        };
        probes.push(Probe { place, question: Question { template, ..current.clone() } });
    }
    probes
}

fn ours(probe: &Question) -> Answer {
    let functions = match probe.mode.as_str() {
        "go" => Functions::go(),
        "sprig" => Functions::sprig(),
        _ => Functions::helm(),
    };
    let missing = match probe.missing.as_str() {
        "zero" => MissingKey::Zero,
        "error" => MissingKey::Error,
        "helm" => MissingKey::Helm,
        _ => MissingKey::Invalid,
    };
    let mut set = Templates::new(functions).missing_key(missing);
    let rendered =
        set.parse("probe", &probe.template).and_then(|()| set.render("probe", &Value::from_json_floats(&probe.data)));
    match rendered {
        Ok(out) => Answer { out, ..Answer::default() },
        Err(error) => Answer { error: error.to_string(), ..Answer::default() },
    }
}

fn record_file() -> PathBuf {
    tests().join("probes/answers.json")
}

/// Every probe gives what Go gave, character by character, or fails where Go failed.
#[test]
fn probes_give_what_go_gave() {
    let probes = probes();
    if env::var_os("UPDATE_PROBES").is_some() {
        let answers = ask_go(&probes).unwrap();
        let records: Vec<Record> = probes
            .iter()
            .zip(answers)
            .map(|(probe, answer)| Record { template: probe.question.template.clone(), answer })
            .collect();
        let mut text = serde_json::to_string_pretty(&records).unwrap();
        text.push('\n');
        fs::write(record_file(), text).unwrap();
    }
    let records: Vec<Record> = serde_json::from_str(&fs::read_to_string(record_file()).unwrap()).unwrap();
    let same_probes = records.len() == probes.len()
        && records.iter().zip(&probes).all(|(record, probe)| record.template == probe.question.template);
    assert!(same_probes, "probes changed: record Go's answers with UPDATE_PROBES=1");
    assert!(probes.len() >= 300, "only {} probes", probes.len());
    let mut wrong = Vec::new();
    for (probe, record) in probes.iter().zip(&records) {
        let ours = ours(&probe.question);
        let go = &record.answer;
        if ours.error.is_empty() != go.error.is_empty() || ours.out != go.out {
            wrong.push(format!(
                "{}: {}\n   Go: {:?} {}\n ours: {:?} {}",
                probe.place, probe.question.template, go.out, go.error, ours.out, ours.error
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ\n{}", wrong.len(), probes.len(), wrong.join("\n"));
}

/// The record is what Go says today.
#[test]
fn record_is_what_go_says() {
    let probes = probes();
    let answers = match ask_go(&probes) {
        Ok(answers) => answers,
        Err(why) => {
            skipped(&format!("{} probes are compared with recorded answers only: {why}", probes.len()));
            return;
        }
    };
    let records: Vec<Record> = serde_json::from_str(&fs::read_to_string(record_file()).unwrap()).unwrap();
    assert_eq!(answers.len(), records.len());
    for ((probe, now), record) in probes.iter().zip(&answers).zip(&records) {
        assert_eq!(now.out, record.answer.out, "{}: {}", probe.place, probe.question.template);
        let (now, then) = (&now.error, &record.answer.error);
        assert_eq!(now.is_empty(), then.is_empty(), "{}: {now:?} {then:?}", probe.place);
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn skipped(line: &str) {
    eprintln!("SKIPPED: {line}");
}

/// Asks Go; the reason if it cannot be built or run here.
fn ask_go(probes: &[Probe]) -> Result<Vec<Answer>, String> {
    let mut oracle = Oracle::start()?;
    probes.iter().map(|probe| oracle.ask(&probe.question)).collect()
}
