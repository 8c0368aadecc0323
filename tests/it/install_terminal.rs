//! `mesh install` on a terminal: live lines, colour, and the question before existing objects change. script(1) makes the
//! terminal.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::harness::planes;
use crate::harness::say;

/// What a terminal showed, raw, and the exit code; `None` where no terminal can be made. `typed` is typed once the text
/// before it is on the screen.
fn on_a_terminal(kubeconfig: &Path, args: &str, typed: Option<(&str, &str)>) -> Result<Option<(String, Option<i32>)>> {
    let mesh = env!("CARGO_BIN_EXE_mesh");
    let child = Command::new("script")
        .args(["-qefc", &format!("'{mesh}' install {args}"), "/dev/null"])
        .env("KUBECONFIG", kubeconfig)
        .env("TERM", "xterm-256color")
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            say("skipped: script(1), which makes a terminal, is not installed");
            return Ok(None);
        }
        Err(error) => return Err(error).context("cannot run script"),
    };
    let mut keyboard = child.stdin.take().context("no stdin")?;
    let mut output = child.stdout.take().context("no stdout")?;
    let (mut screen, mut piece, mut waiting) = (String::new(), [0; 4096], typed);
    loop {
        let read = output.read(&mut piece)?;
        screen.push_str(&String::from_utf8_lossy(&piece[..read]));
        if let Some((_, keys)) = waiting.take_if(|(shown, _)| screen.contains(*shown)) {
            keyboard.write_all(keys.as_bytes())?;
        }
        if read == 0 {
            break;
        }
    }
    let code = child.wait()?.code();
    // The keyboard stays until the program has ended: a terminal that is gone would be another story.
    drop(keyboard);
    Ok(Some((screen, code)))
}

#[test]
fn a_live_line_says_what_each_component_waits_for() -> Result<()> {
    let plane = planes::minimal()?;
    let args = "-y --set profile=minimal --revision shown --set tag=missing";
    let Some((screen, code)) = on_a_terminal(&plane.cluster.kubeconfig(), args, None)? else { return Ok(()) };
    ensure!(code == Some(1), "exit {code:?}: {screen}");
    ensure!(screen.contains("Istiod: istiod-shown 0/1"), "{screen}");
    ensure!(screen.contains("\u{1b}[32m✔\u{1b}[0m Istio core installed"), "{screen:?}");
    ensure!(screen.contains("\u{1b}[31m✘\u{1b}[0m Istiod failed: image "), "{screen:?}");
    // The cause comes with what it rests on, once.
    ensure!(screen.matches("  Deployment/istio-system/istiod-shown: 0/1 ready").count() == 1, "{screen}");
    // Live lines are gone in the end: the last line of the screen is the error's.
    ensure!(screen.trim_end().ends_with("--revision shown --set tag=missing"), "{screen:?}");
    Ok(())
}

#[test]
fn a_question_comes_before_existing_objects_change() -> Result<()> {
    let plane = planes::default()?;
    let mark = plane.cluster.mark()?;
    let args = "--set profile=default --set meshConfig.accessLogFile=/dev/stderr";
    let Some((screen, code)) = on_a_terminal(&plane.cluster.kubeconfig(), args, Some(("[y/N]", "n\n")))? else {
        return Ok(());
    };
    ensure!(code == Some(1), "exit {code:?}: {screen}");
    for part in [
        "on test-cluster (https://127.0.0.1:",
        "ConfigMap/istio-system/istio",
        "this configures every proxy anew",
        "Proceed? [y/N]",
        "cancelled; nothing was written",
    ] {
        ensure!(screen.contains(part), "no {part:?} in {screen}");
    }
    let writes = plane.cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());

    // Ctrl-C is heard while the question stands.
    let Some((screen, code)) = on_a_terminal(&plane.cluster.kubeconfig(), args, Some(("[y/N]", "\u{3}")))? else {
        return Ok(());
    };
    ensure!(code == Some(130), "exit {code:?}: {screen}");
    ensure!(screen.contains("nothing was written"), "{screen}");
    Ok(())
}
