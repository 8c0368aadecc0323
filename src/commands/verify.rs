//! `mesh verify`: is what runs what was asked for?

use std::path::PathBuf;

use super::inputs::Given;
use super::settings::Settings;
use super::targets::{Came, Targets};
use super::{Answer, inputs, paged};
use crate::check::IgnoreRule;
use crate::cli::{FindingsOutput, VerifyArgs};
use crate::error::{Error, Kind, Result};
use crate::input::{Asked, Precedence};
use crate::read::verified::{self, VerifyOptions};
use crate::report::clusters::{Form, Subject};
use crate::report::findings::{self, Findings};
use crate::report::{document, message};
use crate::ui;

/// What is looked at beside the objects, and how.
struct Looking {
    wait: bool,
    probe: bool,
    rules: Vec<IgnoreRule>,
    file: Option<String>,
    output: FindingsOutput,
}

/// Compares, prints what was found, and answers.
pub(super) fn run(settings: &Settings, args: VerifyArgs) -> Result<Answer> {
    let VerifyArgs { render, wait, probe, ignore, output, clusters } = args;
    let file = render.files.iter().find(|file| file.as_os_str() != "-").map(|file| file.display().to_string());
    let looking = Looking { wait, probe, rules: rules(&ignore)?, file, output };
    let targets = Targets::of(&paged(settings, output == FindingsOutput::Html), &clusters)?;
    let asked =
        targets.asked(Given::of(render)?, Precedence::RecordedUnlessGiven)?.into_iter().map(Asked::looking).collect();
    let form = match output {
        FindingsOutput::Text => Form::Text,
        FindingsOutput::Json | FindingsOutput::Html => Form::Json,
        FindingsOutput::Junit | FindingsOutput::Sarif | FindingsOutput::Github => Form::Nothing,
    };
    let job = move |settings: &Settings, asked: &_| looked(settings, asked, &looking);
    let (all, answer, is_late) = match targets.gathered((Subject::VERIFICATION, form), asked, job, Seen::code)? {
        Came::One(Seen { found, is_late }) => {
            let answer = Answer::from(found.iter().all(Findings::passes));
            (found, answer, is_late)
        }
        Came::Many(code, came) => {
            let of_one = |(name, came): (String, Result<Seen, String>)| match came {
                Ok(seen) => seen.found,
                Err(why) => vec![Findings::unseen(name, why)],
            };
            (came.into_iter().flat_map(of_one).collect(), Answer::Code(code), false)
        }
    };
    match output {
        // Told already, each cluster by itself.
        FindingsOutput::Text | FindingsOutput::Json | FindingsOutput::Html => {}
        FindingsOutput::Junit => settings.ui.result(&findings::junit(&all))?,
        FindingsOutput::Sarif => settings.ui.result(&ui::json(&findings::sarif(&all)))?,
        FindingsOutput::Github => settings.ui.result(&findings::github(&all))?,
    }
    if is_late {
        return Err(Error::new(Kind::TimedOut, "not-as-wanted", "not everything was as wanted in time")
            .hint("give more time with --timeout"));
    }
    Ok(answer)
}

/// What was found on a cluster.
struct Seen {
    found: Vec<Findings>,
    /// Whether the time was over before all was as wanted.
    is_late: bool,
}

impl Seen {
    fn code(&self) -> u8 {
        match self {
            Self { is_late: true, .. } => Kind::TimedOut.exit_code(),
            Self { found, .. } if found.iter().all(Findings::passes) => 0,
            _ => Kind::Failed.exit_code(),
        }
    }
}

fn looked(settings: &Settings, asked: &Asked, looking: &Looking) -> Result<Seen> {
    let Looking { wait, probe, rules, file, output } = looking;
    let (name, found, is_late) = settings.on_cluster(|cluster| async move {
        let options = VerifyOptions { wait: *wait, probe: *probe, rules, file: file.as_deref() };
        let (found, is_late) = verified::looked(&cluster, asked, &options).await?;
        Ok((cluster.name().to_owned(), found, is_late))
    })?;
    for one in &found {
        message::warnings(&settings.ui, &one.warnings);
    }
    match output {
        FindingsOutput::Text => {
            settings.ui.result(&settings.ui.fitted(&findings::text(&found, &settings.ui)))?;
        }
        FindingsOutput::Json | FindingsOutput::Html => {
            settings.ui.document(&document::of_cluster("Verification", &name, findings::json(&found)))?;
        }
        _ => {}
    }
    Ok(Seen { found, is_late })
}

fn rules(files: &[PathBuf]) -> Result<Vec<IgnoreRule>> {
    let mut rules = Vec::new();
    for file in files {
        let source = inputs::file(file)?;
        rules.extend(IgnoreRule::read(&source.name, &source.text)?);
    }
    Ok(rules)
}
