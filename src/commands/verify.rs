//! `mesh verify`: is what runs what was asked for?

use std::path::PathBuf;

use super::settings::Settings;
use super::{Answer, inputs};
use crate::check::IgnoreRule;
use crate::cli::{FindingsOutput, VerifyArgs};
use crate::error::{Error, Kind, Result};
use crate::input::Precedence;
use crate::read::verified::{self, VerifyOptions};
use crate::report::findings::{self, Findings};
use crate::report::{document, message};
use crate::ui;

/// Compares, prints what was found, and answers.
pub(super) fn run(settings: &Settings, args: VerifyArgs) -> Result<Answer> {
    let VerifyArgs { render, wait, probe, ignore, output } = args;
    let file = render.files.iter().find(|file| file.as_os_str() != "-").map(|file| file.display().to_string());
    let (file, rules) = (file.as_deref(), &rules(&ignore)?);
    let asked = inputs::asked(settings, render, Precedence::RecordedUnlessGiven)?.looking();
    let (name, found, late) = settings.on_cluster(|cluster| async move {
        let options = VerifyOptions { wait, probe, rules, file };
        let (found, late) = verified::looked(&cluster, &asked, &options).await?;
        Ok((cluster.name().to_owned(), found, late))
    })?;
    for one in &found {
        message::warnings(&settings.ui, &one.warnings);
    }
    settings.ui.result(&match output {
        FindingsOutput::Text => settings.ui.fitted(&findings::text(&found, &settings.ui)),
        FindingsOutput::Json => ui::json(&document::of_cluster("Verification", &name, findings::json(&found))),
        FindingsOutput::Junit => findings::junit(&found),
        FindingsOutput::Sarif => ui::json(&findings::sarif(&found)),
        FindingsOutput::Github => findings::github(&found),
    })?;
    if late {
        return Err(Error::new(Kind::TimedOut, "not-as-wanted", "not everything was as wanted in time")
            .hint("give more time with --timeout"));
    }
    Ok(Answer::from(found.iter().all(Findings::passes)))
}

fn rules(files: &[PathBuf]) -> Result<Vec<IgnoreRule>> {
    let mut rules = Vec::new();
    for file in files {
        let source = inputs::file(file)?;
        rules.extend(IgnoreRule::read(&source.name, &source.text)?);
    }
    Ok(rules)
}
