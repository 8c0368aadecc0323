//! The supervisor's life: it takes its folder, has its cluster run, and leaves nothing behind.

use std::fs::{self, File};
use std::path::Path as FsPath;

use anyhow::{Context, Result, bail};
use tokio::io::AsyncReadExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::supervised::Supervised;
use super::{FOLDER_PREFIX, control, note};
use crate::protocol::{CONTROL_SOCKET, LOCK_FILE, Spec, Started};

/// The body of `cluster supervise SPEC`.
///
/// # Errors
/// Only where not even the failure could be told on stdout.
pub(crate) fn run(spec_file: &str) -> Result<()> {
    use std::io::Write;

    let text = fs::read_to_string(spec_file).with_context(|| format!("cannot read {spec_file}"))?;
    let spec: Spec =
        serde_json::from_str(&text).with_context(|| format!("{spec_file} is no description of a cluster"))?;
    // One thread, so that children are bound to one that lasts; see `process`.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no async runtime")?;
    let result = runtime.block_on(async {
        let _lock = lock(&spec.folder)?;
        std::thread::spawn(sweep);
        supervise(&spec).await
    });
    if let Err(cause) = &result {
        note(&format!("{cause:#}"));
        let line = serde_json::to_string(&Started::Failed(format!("{cause:#}")))?;
        // The library may have gone.
        let _ = writeln!(std::io::stdout(), "{line}");
    }
    if spec.keep_folder {
        let _ = fs::remove_file(spec.folder.join(LOCK_FILE));
    } else {
        let _ = fs::remove_dir_all(&spec.folder);
    }
    // A task may still hold a watch; there is nothing to wait for.
    runtime.shutdown_background();
    Ok(())
}

/// Marks the folder as in use for as long as the returned file is open. The file appears locked.
fn lock(folder: &FsPath) -> Result<File> {
    let hidden = folder.join("lock.new");
    let file = File::create(&hidden).with_context(|| format!("cannot write {}", hidden.display()))?;
    file.lock().context("cannot lock")?;
    fs::rename(&hidden, folder.join(LOCK_FILE)).context("cannot rename the lock")?;
    Ok(file)
}

/// Where clusters have their folders: the system's place for temporary files, unless its path is too long for the
/// sockets in them, whose paths may have 103 bytes.
pub(crate) fn temporary_folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir();
    if folder.as_os_str().len() > 65 { "/tmp".into() } else { folder }
}

/// Removes the folders of clusters whose supervisor was killed.
fn sweep() {
    let Ok(entries) = fs::read_dir(temporary_folder()) else { return };
    for entry in entries.flatten() {
        if !entry.file_name().to_string_lossy().starts_with(FOLDER_PREFIX) {
            continue;
        }
        let Ok(lock) = File::open(entry.path().join(LOCK_FILE)) else { continue };
        if lock.try_lock().is_ok() {
            // Another sweep may be faster.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

async fn supervise(spec: &Spec) -> Result<()> {
    let (ask, asked) = mpsc::channel(16);
    control::listen(&spec.folder.join(CONTROL_SOCKET), ask)?;
    let mut end = std::pin::pin!(end_of_life(spec.detached));
    let mut cluster = tokio::select! {
        started = Supervised::start(spec) => started?,
        reason = &mut end => bail!("stopped while starting: {reason}"),
    };
    announce(&Started::Ready { server: cluster.server.clone(), pid: std::process::id() })?;
    cluster.serve(asked, end).await;
    Ok(())
}

fn announce(started: &Started) -> Result<()> {
    use std::io::Write;

    let mut out = std::io::stdout();
    writeln!(out, "{}", serde_json::to_string(started)?).and_then(|()| out.flush()).context("nobody reads our stdout")
}

/// Ends when the supervisor should; the reason, for its log.
async fn end_of_life(detached: bool) -> &'static str {
    let parent_gone = async {
        if detached {
            return std::future::pending().await;
        }
        // Nothing is ever written; the end of the stream is the message.
        let mut input = tokio::io::stdin();
        let mut buffer = [0_u8; 64];
        while input.read(&mut buffer).await.is_ok_and(|count| count > 0) {}
    };
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return "no signals here";
    };
    tokio::select! {
        () = parent_gone => "the process that started this cluster is gone",
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}
