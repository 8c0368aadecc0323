//! Child processes that cannot outlive the supervisor.
//!
//! Every child is started through `cluster child`, which asks the kernel to kill it when its parent is gone and
//! then becomes the program. So not even `kill -9` of the supervisor leaves one behind. The kernel watches the
//! *thread* that forked, which is why the supervisor runs on its main thread alone.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};
use tokio::process::{Child, Command};

/// The subcommand of our binary that becomes another program; see [`become_program`].
pub(crate) const CHILD: &str = "child";

/// A running child and the file it logs to.
pub(super) struct Running {
    pub(super) name: String,
    pub(super) log: PathBuf,
    child: Child,
}

/// What to run.
pub(super) struct Program<'a> {
    /// For people: `etcd`, `istiod istio-system/istiod-…`.
    pub(super) name: String,
    pub(super) binary: &'a Path,
    pub(super) args: Vec<String>,
    /// The variables it gets; nothing is inherited but PATH and HOME.
    pub(super) env: Vec<(String, String)>,
    /// Its working directory.
    pub(super) folder: &'a Path,
    pub(super) log: PathBuf,
}

impl Program<'_> {
    /// Starts it.
    pub(super) fn start(self) -> Result<Running> {
        let name = self.name;
        let start = || -> Result<Child> {
            let log = open_log(&self.log)?;
            let errors = log.try_clone().context("cannot share the log")?;
            let mut command = Command::new(std::env::current_exe().context("cannot find this program's own path")?);
            command
                .arg(CHILD)
                .arg(std::process::id().to_string())
                .arg(self.binary)
                .args(&self.args)
                .current_dir(self.folder)
                .env_clear()
                .envs(["PATH", "HOME", "TMPDIR"].iter().filter_map(|&key| Some((key, std::env::var_os(key)?))))
                .envs(self.env)
                .stdin(Stdio::null())
                .stdout(log)
                .stderr(errors)
                .kill_on_drop(true);
            command.spawn().context("cannot start it")
        };
        let child = start().with_context(|| format!("{name} ({})", self.binary.display()))?;
        Ok(Running { name, log: self.log, child })
    }
}

impl Running {
    /// Its process id, while it runs.
    pub(super) fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// How it ended, once it has.
    pub(super) fn ended(&mut self) -> Option<String> {
        match self.child.try_wait() {
            Ok(Some(status)) => Some(status.to_string()),
            Ok(None) => None,
            Err(cause) => Some(cause.to_string()),
        }
    }

    /// Ends it, now. Nothing of it is worth a graceful end: its data goes with the cluster's folder.
    pub(super) async fn kill(&mut self) {
        // An error means that it is gone already.
        let _ = self.child.kill().await;
    }

    /// The end of its log, for an error message.
    pub(super) fn log_tail(&self) -> String {
        log_tail(&self.log, 15)
    }
}

/// The last `count` lines of a log.
pub(crate) fn log_tail(path: &Path, count: usize) -> String {
    let bytes = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.get(lines.len().saturating_sub(count)..).unwrap_or_default();
    last.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

fn open_log(path: &Path) -> Result<File> {
    OpenOptions::new().create(true).append(true).open(path).with_context(|| format!("cannot write {}", path.display()))
}

/// The body of `cluster child PARENT PROGRAM ARGS…`: ties this process to its parent, then becomes the program.
/// Only returns where that fails.
///
/// # Errors
/// The parent is gone already, or the program cannot be run.
pub(crate) fn become_program(args: &[String]) -> Result<std::convert::Infallible> {
    use std::os::unix::process::CommandExt;

    let [parent, program, args @ ..] = args else {
        anyhow::bail!("usage: cluster {CHILD} PARENT PROGRAM [ARGS]");
    };
    #[cfg(target_os = "linux")]
    {
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
            .context("cannot ask to be ended with the parent")?;
        // The parent may have gone before the kernel was asked.
        let now = rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get().to_string());
        anyhow::ensure!(now.as_deref() == Some(parent.as_str()), "the supervisor is gone");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = parent;
    let cause = std::process::Command::new(program).args(args).exec();
    Err(anyhow::Error::new(cause).context(format!("cannot run {program}")))
}
