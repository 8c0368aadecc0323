//! Whole processes side by side: mesh, and what else does the same work, in turn.
//!
//! ```text
//! cargo bench --bench side_by_side              prints what was measured
//! cargo bench --bench side_by_side -- --page    writes it into docs/benchmarks.md, with its charts
//! ```
//!
//! docs/benchmarks.md says what is measured and how. Figures of a shared machine are noisy: quote medians and ratios.

mod bare;
mod contest;
mod inputs;
mod machine;
mod options;
mod place;
mod plane;
mod process;
mod told;
mod tools;
mod work;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use options::{Options, USAGE};
use place::Place;
use told::Report;
use work::Group;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        // What this program starts of itself. It comes first: what is measured inherits the peak memory of who starts it.
        [process::MEASURE, steps] => process::run(steps).map(|()| ExitCode::SUCCESS),
        [bare::APPLY, file] => bare::apply(Path::new(file)).map(|()| ExitCode::SUCCESS),
        [bare::REMOVE, file] => bare::remove(Path::new(file)).map(|()| ExitCode::SUCCESS),
        words => match Options::of(words) {
            Ok(Some(options)) => bench(&options),
            Ok(None) => line(USAGE).map(|()| ExitCode::SUCCESS),
            Err(cause) => Err(cause),
        },
    };
    done.unwrap_or_else(|cause| {
        say(&format!("{cause:#}"));
        ExitCode::FAILURE
    })
}

/// Measures, and tells. It fails where a run did, after everything else was measured.
fn bench(options: &Options) -> Result<ExitCode> {
    let path = docs().join("benchmarks.md");
    let read = || std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()));
    if options.page {
        // Better now than after all runs.
        told::placed(&read()?, "")?;
    }
    let mut place = Place::new(options.quick)?;
    let mut report = Report { notes: place.tools.missing(), ..Report::default() };
    let missing = report.notes.len();
    for group in Group::ALL {
        if options.wants(group) {
            measured(group, &mut place, &mut report);
        }
    }
    report.machine = machine::line();
    report.tools = place.tools.versions(place.plane.as_ref());
    let part = told::page(&report);
    if options.page {
        for (file, svg) in told::charts(&report) {
            std::fs::write(docs().join(file), svg).with_context(|| format!("cannot write {file}"))?;
        }
        std::fs::write(&path, told::placed(&read()?, &part)?).context("cannot write the page")?;
    } else {
        line(&part)?;
    }
    Ok(if report.notes.len() > missing { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Measures a group of work. What fails is noted.
fn measured(group: Group, place: &mut Place, report: &mut Report) {
    let ready = if group.needs_cluster(place) { place.start_plane() } else { Ok(()) };
    match ready.and_then(|()| group.contests(place)) {
        Ok(contests) => contests.iter().for_each(|contest| contest.hold(place, report)),
        Err(cause) => report.notes.push(told::note(group.name(), &cause)),
    }
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// A line on stdout.
fn line(text: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{text}").context("cannot write to stdout")
}

/// A line on stderr: what goes on.
fn say(text: &str) {
    // With stderr closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}
