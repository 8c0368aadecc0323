//! Processes, and what they take: both ends of the pipe between this program and the one that it starts to measure.
//!
//! The kernel counts into the peak memory of a process what its parent had when it started it. So commands are started by a
//! small process: this program anew, which does nothing else.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use wait4::Wait4 as _;

use super::told::Took;

/// The word after which this program measures.
pub(crate) const MEASURE: &str = "measure";

/// A command, and the exit codes that are no failures.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Step {
    program: String,
    args: Vec<String>,
    codes: Vec<i32>,
}

impl Step {
    pub(crate) fn new<T: Into<String>>(program: &Path, args: impl IntoIterator<Item = T>) -> Self {
        let args = args.into_iter().map(Into::into).collect();
        Self { program: program.display().to_string(), args, codes: vec![0] }
    }

    /// The same of this program itself.
    ///
    /// # Errors
    /// Its path is not known.
    pub(crate) fn own<T: Into<String>>(args: impl IntoIterator<Item = T>) -> Result<Self> {
        Ok(Self::new(&std::env::current_exe().context("cannot find this program")?, args))
    }

    /// 1 is an answer, too.
    pub(crate) fn or_one(mut self) -> Self {
        self.codes.push(1);
        self
    }
}

/// Runs commands one after the other, in this folder, which is their home too, and returns what they took together:
/// the sum of times, the highest peak.
///
/// # Errors
/// One fails; the last lines of its stderr are the message.
pub(crate) fn measure(steps: &[Step], folder: &Path, kubeconfig: &Path) -> Result<Took> {
    let log = folder.join("stderr.log");
    let output = Command::new(std::env::current_exe().context("cannot find this program")?)
        .arg(MEASURE)
        .arg(serde_json::to_string(steps)?)
        .current_dir(folder)
        .env("HOME", folder)
        .env("KUBECONFIG", kubeconfig)
        .stdin(Stdio::null())
        .stderr(File::create(&log).with_context(|| format!("cannot write {}", log.display()))?)
        .output()
        .context("cannot start this program anew")?;
    if !output.status.success() {
        let said = std::fs::read(&log).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
        bail!("{}", lines[lines.len().saturating_sub(4)..].join("; "));
    }
    serde_json::from_slice(&output.stdout).context("what it took is not understood")
}

/// The other end: runs the commands and prints what they took.
///
/// # Errors
/// One fails.
pub(crate) fn run(steps: &str) -> Result<()> {
    let steps: Vec<Step> = serde_json::from_str(steps).context("no steps")?;
    let mut took = Took::default();
    let began = Instant::now();
    for Step { program, args, codes } in &steps {
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().with_context(|| format!("cannot run {program}"))?;
        let used = child.wait4().with_context(|| format!("cannot wait for {program}"))?;
        let well = used.status.code().is_some_and(|code| codes.contains(&code));
        ensure!(well, "{program} {}: {}", args.join(" "), used.status);
        took.cpu += used.rusage.utime + used.rusage.stime;
        took.peak = took.peak.max(used.rusage.maxrss / 1024);
    }
    took.wall = began.elapsed();
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&took)?).context("cannot write to stdout")
}
