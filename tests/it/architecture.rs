//! The layer rules of the library, read from its `use` lines: a layer uses only lower ones, and what is kept to one place
//! is used nowhere else.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules by layer; a module may use itself and every layer above its own line.
const LAYERS: &[&[&str]] = &[
    &["error", "event", "line", "object", "oci", "text", "yaml"],
    &["config", "template", "status"],
    &["istio"],
    &["component", "inject"],
    &["render"],
    &["plan"],
    &["cluster", "fetch"],
    &["input"],
    &["apply", "read", "wait", "check", "describe"],
    &["ui", "report"],
    &["change", "clusters"],
    &["cli", "commands"],
];

/// Crates that only these modules may use.
const KEPT: &[(&str, &[&str])] = &[
    ("kube", &["cluster"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli", "commands"]),
    ("clap_mangen", &["cli", "commands"]),
    ("indicatif", &["ui", "report"]),
    ("console", &["ui", "report"]),
    ("serde_yaml", &["yaml"]),
    ("ureq", &["fetch"]),
    ("rustls", &["fetch"]),
    ("tabwriter", &["report"]),
    ("tokio", &["cluster", "clusters", "apply", "read", "wait", "check", "describe", "ui", "change", "commands"]),
];

/// What the pure layers must not touch.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net::Tcp",
    "std::net::Udp",
    "std::net::ToSocketAddrs",
    "std::process",
    "std::env",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "TimeZone::system",
    "TimeZone::try_system",
    "std::io::std",
];

/// Files that read other files though they are no input of a mesh: the way to a cluster, what a machine is, and its clock.
const READ_FILES: &[&str] = &["fetch.rs", "input/", "cluster/kubeconfig.rs", "commands/clock.rs", "apply/holder.rs"];

/// What commands share. They use no command.
const SHARED: &[&str] = &["change", "clock", "inputs", "rollout", "settings", "targets"];

struct Source {
    module: String,
    path: PathBuf,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut |path| {
        let relative = path.strip_prefix(&root).expect("below src");
        let module = relative.iter().next().expect("a file").to_string_lossy().trim_end_matches(".rs").to_owned();
        let tests = relative.iter().any(|part| part == "tests.rs" || part == "tests");
        if module != "lib" && module != "main" && !tests {
            let text = fs::read_to_string(path).expect("a readable source");
            found.push(Source { module, path: relative.to_owned(), text });
        }
    });
    found
}

/// Shows every Rust source below a folder.
pub(crate) fn walk(folder: &Path, visit: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, visit);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            visit(&path);
        }
    }
}

fn layer(module: &str) -> usize {
    LAYERS.iter().position(|modules| modules.contains(&module)).unwrap_or_else(|| panic!("{module} is in no layer"))
}

/// The code of a file without its tests and comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split("\nmod tests {").next().unwrap_or_default().lines().enumerate().filter(|(_, line)| {
        let line = line.trim_start();
        !line.starts_with("//")
    })
}

#[test]
fn a_layer_uses_only_lower_ones() {
    let mut wrong = Vec::new();
    for source in sources() {
        let own = layer(&source.module);
        for (number, line) in code(&source.text) {
            for used in line.split("crate::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let known = LAYERS.iter().any(|modules| modules.contains(&used.as_str()));
                if known && used != source.module && layer(&used) > own {
                    wrong.push(format!("{}:{}: {} uses {used}", source.path.display(), number + 1, source.module));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_kept_to_one_place_is_used_nowhere_else() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, places) in KEPT {
            if places.contains(&source.module.as_str()) {
                continue;
            }
            let (used, path) = (format!("use {name}::"), format!("{name}::"));
            for (number, line) in code(&source.text) {
                let words = line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
                if line.trim_start().starts_with(&used) || words.into_iter().any(|word| word.starts_with(&path)) {
                    wrong.push(format!("{}:{}: {name}", source.path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_read_in_one_place() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| layer(&source.module) >= layer("cluster")) {
        let path = source.path.to_string_lossy();
        if READ_FILES.iter().any(|allowed| path.starts_with(allowed)) {
            continue;
        }
        for (number, line) in code(&source.text) {
            if ["File::open", "fs::read", "stdin().lock"].iter().any(|reads| line.contains(reads)) {
                wrong.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Only `read` reads a cluster; `apply` and `wait` look at what they have just written, and at what it waits for.
#[test]
fn a_cluster_is_read_in_one_place() {
    let reads = regex::Regex::new(r"\bcluster\s*\.(get|list|list_at|select|pages|first|kept)\(").expect("a pattern");
    assert!(reads.is_match("let found = run.cluster.get(&kinds, id).await?;"));
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| layer(&source.module) > layer("cluster")) {
        if ["read", "apply", "wait"].contains(&source.module.as_str()) {
            continue;
        }
        for (number, line) in code(&source.text).filter(|(_, line)| reads.is_match(line)) {
            wrong.push(format!("{}:{}: {}", source.path.display(), number + 1, line.trim()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_input_needs_no_cluster() {
    for source in sources().iter().filter(|source| source.module == "input") {
        for (number, line) in code(&source.text) {
            assert!(!line.contains("crate::cluster"), "{}:{}", source.path.display(), number + 1);
        }
    }
}

/// What a command does itself though others are there for it.
fn does_too_much(line: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 8] = [
        ("json!", "a document: report"),
        ("format!", "a sentence: report"),
        ("sanitize", "a sentence: report"),
        ("cluster.list", "reading: read"),
        ("cluster.get(", "reading: read"),
        ("cluster.select(", "reading: read"),
        ("cluster.pages(", "reading: read"),
        ("fs::", "a file: input or report"),
    ];
    WORDS.iter().find(|(word, _)| line.contains(word)).map(|(_, whose)| *whose)
}

/// Each command is a file that takes arguments apart, calls one thing, and hands the result to `report`.
#[test]
fn a_command_is_short_and_leaves_reading_and_wording_to_others() {
    assert!(does_too_much("let text = format!(\"x\");").is_some() && does_too_much("run(settings)?;").is_none());
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.module == "commands") {
        if source.path.components().count() != 2 {
            wrong.push(format!("{}: a folder: a command is a file", source.path.display()));
        }
        let lines = source.text.lines().count();
        if lines > 150 {
            wrong.push(format!("{}: {lines} lines", source.path.display()));
        }
        for (number, line) in code(&source.text) {
            if let Some(whose) = does_too_much(line) {
                wrong.push(format!("{}:{}: {whose}", source.path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_command_uses_no_other() {
    let sources = sources();
    let modules: Vec<String> = sources
        .iter()
        .filter(|source| source.module == "commands")
        .filter_map(|source| Some(source.path.iter().nth(1)?.to_string_lossy().trim_end_matches(".rs").to_owned()))
        .filter(|name| name != "mod")
        .collect();
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| source.module == "commands") {
        let name = source.path.file_stem().unwrap_or_default().to_string_lossy();
        for (number, line) in code(&source.text).filter(|(_, line)| line.starts_with("use super::")) {
            let words = line["use super::".len()..].split(|c: char| !c.is_alphanumeric() && c != '_');
            // Behind a module come its own names.
            let words: Vec<&str> = if line.contains("::{") && !line.starts_with("use super::{") || !line.contains('{') {
                words.take(1).collect()
            } else {
                words.collect()
            };
            for used in words.iter().filter(|used| modules.iter().any(|module| module == **used)) {
                // What commands share uses at most what has no command in it.
                let is_low = ["settings", "clock", "inputs"].contains(used);
                if !SHARED.contains(used) || SHARED.contains(&&*name) && !is_low {
                    wrong.push(format!("{}:{}: uses {used}", source.path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_core_is_pure() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| layer(&source.module) < layer("cluster")) {
        for (number, line) in code(&source.text) {
            for impure in IMPURE.iter().filter(|impure| line.contains(**impure)) {
                wrong.push(format!("{}:{}: {impure}", source.path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Ids are for other programs, and sentences of the server for people: code asks for types. `report` gives ids out, and
/// `cluster::words` reads the sentences for which the server has no types.
#[test]
fn nothing_is_decided_by_an_id_or_by_a_sentence() {
    let failure = r"\b(error|failure|failed|err|source)";
    let ids = regex::Regex::new(&format!(
        r"{failure}\.id\(\)\)? *(==|!=)|match(es!\(|\s+){failure}\.id\(\)|contains\(&{failure}\.id\(\)"
    ));
    let reads = r"(contains|split\w*|starts_with|ends_with|find|strip_\w+|matches)\(";
    let sentences = regex::Regex::new(&format!(
        r#"\b(status|refused|refusal)\.message\.{reads}|{failure}\.to_string\(\)\.{reads}""#
    ));
    let (ids, sentences) = (ids.expect("a pattern"), sentences.expect("a pattern"));
    let (of_old, of_text) = ("Err(error) if error.id() == \"conflict\" =>", "if status.message.contains(\"x\")");
    assert!(ids.is_match(of_old) && ids.is_match("MAY_PASS.contains(&error.id())") && sentences.is_match(of_text));
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.module != "report") {
        for (number, line) in code(&source.text).filter(|(_, line)| ids.is_match(line) || sentences.is_match(line)) {
            wrong.push(format!("{}:{}: {}", source.path.display(), number + 1, line.trim()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A label that is written twice is sooner or later written in two ways.
#[test]
fn labels_have_one_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/istio/label.rs");
    let names = fs::read_to_string(root).expect("the names of labels");
    let named = names.lines().filter_map(|line| line.strip_prefix("pub const ")?.split('"').nth(1));
    // `app` is anybody's word.
    let named: Vec<String> =
        named.filter(|name| name.contains("istio") || name.contains('/')).map(|name| format!("\"{name}\"")).collect();
    assert!(named.len() > 15, "{named:?}");
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.module != "istio") {
        let code = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for name in named.iter().filter(|name| line.contains(name.as_str())) {
                wrong.push(format!("{}:{}: {name} is in istio::label", source.path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_file_is_one_idea() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| source.text.lines().count() > 500)
        .map(|source| format!("{}: {} lines", source.path.display(), source.text.lines().count()))
        .collect();
    assert!(long.is_empty(), "split by meaning before 500 lines:\n{}", long.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> = sources()
        .iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| source.path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no //! header: {}", silent.join(", "));
}

#[test]
fn every_test_file_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = fs::read_to_string(folder.join("main.rs")).expect("tests/it/main.rs");
    for entry in fs::read_dir(&folder).expect("tests/it") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let is_module = path.join("mod.rs").is_file() || path.extension().is_some_and(|extension| extension == "rs");
        if is_module && name != "main" {
            assert!(main.contains(&format!("mod {name};")), "tests/it/main.rs does not list {name}");
        }
    }
}

#[test]
fn main_is_short() {
    let main = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs")).expect("src/main.rs");
    assert!(main.lines().count() <= 30);
}
