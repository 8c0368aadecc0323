//! `mesh install` on a terminal: live lines, colour, and the question before existing objects change.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::harness::planes;
use crate::harness::screen::Screen;

/// `mesh install` on a terminal; `typed` is typed once the text before it is on the screen.
fn on_a_terminal(kubeconfig: &Path, args: &str, typed: Option<(&str, &str)>) -> Result<Option<(String, Option<i32>)>> {
    let Some(mut screen) = Screen::of(kubeconfig, &format!("install {args}"))? else { return Ok(None) };
    if let Some((shown, keys)) = typed {
        screen.wait_for(shown)?;
        screen.type_in(keys)?;
    }
    screen.end().map(Some)
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
