//! What the command line asks for.

use anyhow::{Context, Result, bail};

use super::work::Group;

pub(crate) const USAGE: &str = "\
cargo bench --bench side_by_side                   measures, and prints what was measured
cargo bench --bench side_by_side -- --page         writes it into docs/benchmarks.md, with its charts
cargo bench --bench side_by_side -- --quick        one run of each
cargo bench --bench side_by_side -- --only NAME    only start, generate, inject, install or canary (repeatable)";

pub(crate) struct Options {
    /// One run of each.
    pub(crate) quick: bool,
    /// Write the page and its charts.
    pub(crate) page: bool,
    /// Only these; all where it is empty.
    only: Vec<Group>,
}

impl Options {
    /// `None` where help is asked for.
    ///
    /// # Errors
    /// A word is not known.
    pub(crate) fn of(words: &[&str]) -> Result<Option<Self>> {
        let mut options = Self { quick: false, page: false, only: Vec::new() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                // So cargo calls every bench.
                "--bench" => {}
                "--quick" => options.quick = true,
                "--page" => options.page = true,
                "--only" => options.only.push(group(words.next().context("--only wants a name")?)?),
                "--help" | "-h" => return Ok(None),
                other => bail!("{other} is not known\n{USAGE}"),
            }
        }
        if options.page && !options.only.is_empty() {
            bail!("--page with --only would take the other figures from the page");
        }
        Ok(Some(options))
    }

    pub(crate) fn wants(&self, group: Group) -> bool {
        self.only.is_empty() || self.only.contains(&group)
    }
}

fn group(name: &str) -> Result<Group> {
    let known = || Group::ALL.map(Group::name).join(", ");
    Group::ALL
        .into_iter()
        .find(|group| group.name() == name)
        .with_context(|| format!("{name:?} is none of {}", known()))
}
