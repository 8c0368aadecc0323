//! What came of many clusters: what each said, and a table of all; for machines one document.

use std::time::Duration;

use serde_json::{Value, json};

use crate::error::{self, Error, Kind};
use crate::report::{document, table};
use crate::ui::{Said, Style, Ui, sanitize};

/// What a command does to clusters: the kind of its document, and a word for each answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    kind: &'static str,
    yes: &'static str,
    no: &'static str,
}

impl Subject {
    /// `install`, and `upgrade` without a second revision.
    pub const INSTALLATION: Self = Self::new("Installation", "done", "failed");
    /// Either of them where it only shows what it would change.
    pub const TRIAL: Self = Self::new("Diff", "may be changed so", "would be refused");
    /// `upgrade --canary`.
    pub const UPGRADE: Self = Self::new("Upgrade", "done", "failed");
    /// `uninstall`.
    pub const UNINSTALLATION: Self = Self::new("Uninstallation", "done", "failed");
    /// `diff`.
    pub const DIFF: Self = Self::new("Diff", "nothing differs", "differs");
    /// `verify`.
    pub const VERIFICATION: Self = Self::new("Verification", "as wanted", "not as wanted");
    /// `check`.
    pub const CHECK: Self = Self::new("Check", "nothing failed", "checks failed");
    /// `status`.
    pub const STATUS: Self = Self::new("Status", "done", "failed");

    const fn new(kind: &'static str, yes: &'static str, no: &'static str) -> Self {
        Self { kind, yes, no }
    }

    /// What came of a cluster, in a few words.
    pub fn word(self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Answered(0) => self.yes.to_owned(),
            Outcome::Answered(_) => self.no.to_owned(),
            Outcome::Failed(error) => error.to_string(),
            Outcome::NotBegun => "not begun".to_owned(),
            Outcome::Left => "interrupted".to_owned(),
        }
    }
}

/// In which form all clusters are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// What each said, and a table.
    Text,
    /// One document.
    Json,
    /// Not here: the command has a form of its own.
    Nothing,
}

impl Form {
    /// A document, or text.
    pub fn json(yes: bool) -> Self {
        if yes { Self::Json } else { Self::Text }
    }
}

/// What became of one cluster.
#[derive(Debug)]
pub enum Outcome {
    /// It came to its end, with this exit code.
    Answered(u8),
    /// It failed of this.
    Failed(Error),
    /// It had no turn.
    NotBegun,
    /// The run was interrupted while it had its turn.
    Left,
}

/// One cluster.
#[derive(Debug)]
pub struct Result {
    /// Its context.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What it has for the result.
    pub said: Said,
    /// How long its turn took.
    pub took: Option<Duration>,
}

impl Result {
    fn code(&self) -> u8 {
        match &self.outcome {
            Outcome::Answered(code) => *code,
            Outcome::NotBegun => 0,
            Outcome::Failed(error) => error.kind().exit_code(),
            Outcome::Left => Kind::Interrupted.exit_code(),
        }
    }

    /// Its element of the list of clusters: what it said of itself, and what it failed of.
    fn elements(&mut self) -> Vec<Value> {
        let mut elements = Vec::new();
        for mut document in std::mem::take(&mut self.said.documents) {
            elements.extend(document["clusters"].as_array_mut().map(std::mem::take).unwrap_or_default());
        }
        if elements.is_empty() {
            elements.push(json!({}));
        }
        for element in &mut elements {
            // As it is called among the others.
            element["cluster"] = self.name.as_str().into();
            match &self.outcome {
                Outcome::Failed(error) if element.get("error").is_none() => element["error"] = document::error(error),
                Outcome::NotBegun => element["notBegun"] = true.into(),
                Outcome::Left => element["interrupted"] = true.into(),
                _ => {}
            }
        }
        elements
    }
}

/// Prints what came of all clusters, and gives the exit code: the largest of theirs; `stopped` is what the run was
/// interrupted with.
///
/// # Errors
/// Those of stdout.
pub fn tell(ui: &Ui, subject: Subject, form: Form, mut all: Vec<Result>, stopped: Option<Kind>) -> error::Result<u8> {
    let codes = all.iter().map(Result::code).chain(stopped.map(Kind::exit_code));
    let code = codes.max().unwrap_or_default();
    if form == Form::Nothing {
        return Ok(code);
    }
    if form == Form::Json {
        let clusters: Vec<Value> = all.iter_mut().flat_map(Result::elements).collect();
        ui.document(&json!({ "apiVersion": "mesh/v1", "kind": subject.kind, "clusters": clusters }))?;
        return Ok(code);
    }
    for one in all.iter().filter(|one| !one.said.text.is_empty()) {
        ui.result(&format!("{}\n", ui.paint_result(Style::Bold, &sanitize(&one.name))))?;
        let lines =
            one.said.text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") });
        ui.result(&(lines.collect::<String>() + "\n"))?;
    }
    let rows = all.iter().map(|one| {
        let took = one.took.map_or_else(|| "-".to_owned(), |took| format!("{:.1}s", took.as_secs_f64()));
        vec![one.name.clone(), took, subject.word(&one.outcome)]
    });
    ui.result(&ui.fitted(&table::table(&["CLUSTER", "TIME", "RESULT"], rows)))?;
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Color;

    fn of(name: &str, outcome: Outcome) -> Result {
        Result { name: name.to_owned(), outcome, said: Said::default(), took: None }
    }

    #[test]
    fn the_largest_code_is_that_of_the_run() {
        let ui = Ui::new(Color::Never, false);
        let failed = |kind| Outcome::Failed(Error::new(kind, "id", "why"));
        let table = [
            (vec![Outcome::Answered(0), Outcome::Answered(0)], None, 0),
            (vec![Outcome::Answered(1), Outcome::Answered(0)], None, 1),
            (vec![Outcome::Answered(1), failed(Kind::Cluster)], None, 3),
            (vec![failed(Kind::TimedOut), Outcome::NotBegun, failed(Kind::Cluster)], None, 4),
            (vec![Outcome::Answered(0), Outcome::NotBegun], Some(Kind::Terminated), 143),
        ];
        for (outcomes, stopped, code) in table {
            let told = format!("{outcomes:?}");
            let all = outcomes.into_iter().map(|outcome| of("a", outcome)).collect();
            assert_eq!(tell(&ui, Subject::DIFF, Form::Nothing, all, stopped).ok(), Some(code), "{told}");
        }
    }

    #[test]
    fn each_cluster_has_an_element_that_says_what_became_of_it() {
        let mut failed = of("a", Outcome::Failed(Error::failed("refused", "no")));
        assert_eq!(failed.elements()[0]["error"]["id"], "refused");
        failed.said.documents =
            vec![json!({"clusters": [{"cluster": "a", "revision": "x", "error": {"id": "first"}}]})];
        assert_eq!(failed.elements(), [json!({"cluster": "a", "revision": "x", "error": {"id": "first"}})]);
        assert_eq!(of("b", Outcome::NotBegun).elements(), [json!({"cluster": "b", "notBegun": true})]);
    }
}
