//! The engine against Go itself: every probe in `tests/probes` through both.
//!
//! Go's answers are recorded in `answers.json`, so that the comparison also runs without Go. Where
//! Go is, the record itself is checked; `UPDATE_PROBES=1` writes it anew.

use gotemplate::{Functions, MissingKey, Templates, Value};
use serde::{Deserialize, Serialize};
use std::{
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// One template, with what it runs on.
#[derive(Clone, Serialize)]
struct Probe {
    #[serde(skip)]
    place: String,
    mode: String,
    missing: String,
    data: serde_json::Value,
    template: String,
}

/// What came out. Of an error only that there is one is compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Answer {
    #[serde(default)]
    out: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    error: String,
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
    let mut current = Probe {
        place: String::new(),
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
        probes.push(Probe { place, template, ..current.clone() });
    }
    probes
}

fn ours(probe: &Probe) -> Answer {
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
            .map(|(probe, answer)| Record { template: probe.template.clone(), answer })
            .collect();
        let mut text = serde_json::to_string_pretty(&records).unwrap();
        text.push('\n');
        fs::write(record_file(), text).unwrap();
    }
    let records: Vec<Record> = serde_json::from_str(&fs::read_to_string(record_file()).unwrap()).unwrap();
    let same_probes = records.len() == probes.len()
        && records.iter().zip(&probes).all(|(record, probe)| record.template == probe.template);
    assert!(same_probes, "probes changed: record Go's answers with UPDATE_PROBES=1");
    assert!(probes.len() >= 300, "only {} probes", probes.len());
    let mut wrong = Vec::new();
    for (probe, record) in probes.iter().zip(&records) {
        let ours = ours(probe);
        let go = &record.answer;
        if ours.error.is_empty() != go.error.is_empty() || ours.out != go.out {
            wrong.push(format!(
                "{}: {}\n   Go: {:?} {}\n ours: {:?} {}",
                probe.place, probe.template, go.out, go.error, ours.out, ours.error
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
        assert_eq!(now.out, record.answer.out, "{}: {}", probe.place, probe.template);
        let (now, then) = (&now.error, &record.answer.error);
        assert_eq!(now.is_empty(), then.is_empty(), "{}: {now:?} {then:?}", probe.place);
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn skipped(line: &str) {
    eprintln!("SKIPPED: {line}");
}

/// Runs the oracle; the reason if it cannot be built or run here.
fn ask_go(probes: &[Probe]) -> Result<Vec<Answer>, String> {
    let binary = oracle()?;
    let mut child =
        Command::new(binary).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|e| e.to_string())?;
    let input = serde_json::to_vec(probes).unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().map_err(|e| e.to_string())?;
    writer.join().unwrap().map_err(|e| e.to_string())?;
    assert!(output.status.success(), "the Go program failed: {}", output.status);
    Ok(serde_json::from_slice(&output.stdout).unwrap())
}

/// The Go program, built once per version of its source into the cache folder.
fn oracle() -> Result<PathBuf, String> {
    let source = tests().join("go");
    let mut hasher = DefaultHasher::new();
    for file in ["main.go", "go.mod", "go.sum"] {
        fs::read(source.join(file)).unwrap().hash(&mut hasher);
    }
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .ok_or("neither XDG_CACHE_HOME nor HOME is set")?
        .join("mesh-tests");
    let binary = cache.join(format!("template-oracle-{:016x}", hasher.finish()));
    if binary.exists() {
        return Ok(binary);
    }
    fs::create_dir_all(&cache).map_err(|e| e.to_string())?;
    // Two tests may build at once: each writes its own file, and the last rename wins.
    let fresh = cache.join(format!("template-oracle-{}-{:?}", std::process::id(), std::thread::current().id()));
    let built = Command::new("go")
        .args(["build", "-buildvcs=false", "-o"])
        .arg(&fresh)
        .arg(".")
        .current_dir(&source)
        .output()
        .map_err(|e| format!("go cannot be run ({e})"))?;
    if !built.status.success() {
        return Err(format!("go build failed: {}", String::from_utf8_lossy(&built.stderr)));
    }
    fs::rename(&fresh, &binary).map_err(|e| e.to_string())?;
    Ok(binary)
}
