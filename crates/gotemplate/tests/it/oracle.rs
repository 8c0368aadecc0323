//! Go at hand: the program in `tests/go`, built once, which answers one question after the other. The fuzz targets ask it too.

use serde::{Deserialize, Serialize};
use std::{
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// One template with what it runs on, or with mode `yaml` a document to read.
#[derive(Clone, Serialize)]
pub(crate) struct Question {
    pub(crate) mode: String,
    pub(crate) missing: String,
    pub(crate) data: serde_json::Value,
    pub(crate) template: String,
}

/// What came out. Of an error only that there is one is compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    pub(crate) out: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) error: String,
    /// There is no answer: it would have been too long, or taken too long.
    #[serde(default, skip_serializing)]
    pub(crate) none: bool,
}

/// The program while it runs.
pub(crate) struct Oracle {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts it; the reason if it cannot be built or run here.
    pub(crate) fn start() -> Result<Self, String> {
        let mut child = Command::new(program()?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let (questions, answers) = child.stdin.take().zip(child.stdout.take()).ok_or("it has no pipes")?;
        Ok(Self { child, questions, answers: BufReader::new(answers) })
    }

    /// Asks; the reason where it has ended.
    pub(crate) fn ask(&mut self, question: &Question) -> Result<Answer, String> {
        let mut line = serde_json::to_vec(question).map_err(|error| error.to_string())?;
        line.push(b'\n');
        self.questions.write_all(&line).map_err(|error| error.to_string())?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).map_err(|error| error.to_string())?;
        serde_json::from_str(&answer).map_err(|error| format!("{error}: {answer:?}"))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// The Go program, built once per version of its source into the cache folder.
fn program() -> Result<PathBuf, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(super::GO);
    let mut hasher = DefaultHasher::new();
    for file in ["main.go", "go.mod", "go.sum"] {
        fs::read(source.join(file)).map_err(|error| error.to_string())?.hash(&mut hasher);
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
