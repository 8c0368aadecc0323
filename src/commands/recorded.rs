//! What a command works with: the inputs it was given, those that were recorded, or both.

use super::inputs;
use super::settings::Settings;
use crate::cli::RenderArgs;
use crate::config::{self, Inputs};
use crate::error::{Error, Result};
use crate::plan::state::{self, History};

/// The revision without a name.
const DEFAULT: &str = "default";

/// Which inputs count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// The given ones exactly, also where none are given: `install`.
    Given,
    /// The given ones; the recorded ones where none are given: whatever looks at an installation.
    RecordedUnlessGiven,
    /// The recorded ones, and the given ones over them: `upgrade`.
    RecordedAndGiven,
}

/// What a command was asked for, before any cluster is known.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// The given inputs, with the namespace of `--istio-namespace`.
    pub(super) given: Inputs,
    /// The revision it is about, `default` for the default one.
    pub(super) revision: String,
    /// The namespace of the control plane, where records are.
    pub(super) namespace: String,
    rule: Rule,
    /// Whether what belongs to a Helm release is taken over.
    pub(super) adopting: bool,
    /// Whether any inputs are given; the revision alone only says which installation is meant.
    any: bool,
}

/// Where the inputs in use are from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// The command line.
    Given,
    /// This record, with what the command line gives over it.
    Record(u64),
    /// Nothing is given and nothing recorded: the default profile.
    Defaults,
}

/// Whether the command line gives any inputs; the revision alone only says which installation is meant.
pub(super) fn any(args: &RenderArgs) -> bool {
    !args.files.is_empty()
        || !args.sets.is_empty()
        || args.manifests.is_some()
        || args.registry.is_some()
        || args.image_pull_secret.is_some()
        || args.size.is_some()
}

impl Asked {
    /// Reads files and flags. Bad input is told here, before anybody is connected to.
    ///
    /// # Errors
    /// What [`inputs::read`] and [`config::load`] say.
    pub(super) fn read(settings: &Settings, args: RenderArgs, rule: Rule) -> Result<Self> {
        let any = any(&args);
        let mut given = inputs::read(args)?;
        given.sets.splice(0..0, settings.istio_namespace_set());
        if rule != Rule::RecordedAndGiven {
            config::load(&given)?;
        }
        Self::about(settings, given, rule, any)
    }

    /// Asks for these inputs exactly.
    ///
    /// # Errors
    /// What [`config::load`] says.
    pub(super) fn of(settings: &Settings, given: Inputs) -> Result<Self> {
        config::load(&given)?;
        Self::about(settings, given, Rule::Given, true)
    }

    /// Reads from the inputs which installation they are about.
    fn about(settings: &Settings, given: Inputs, rule: Rule, any: bool) -> Result<Self> {
        let tree = config::given(&given)?;
        let text =
            |pointer: &str| tree.pointer(pointer).and_then(|value| value.as_str()).filter(|text| !text.is_empty());
        let revision = text("/spec/values/revision").or_else(|| text("/spec/revision")).unwrap_or(DEFAULT).to_owned();
        let namespace = text("/spec/values/global/istioNamespace").unwrap_or(&settings.istio_namespace).to_owned();
        Ok(Self { given, revision, namespace, rule, any, adopting: false })
    }

    /// The revision whose records count where this one has none: a new revision beside the installation is made from
    /// its inputs.
    pub(super) fn model(&self, history: &History) -> Option<&'static str> {
        let is_new = self.rule == Rule::RecordedAndGiven && history.records.is_empty();
        (is_new && self.revision != DEFAULT).then_some(DEFAULT)
    }

    /// The inputs to render, by what is recorded of the revision, or of its [model](Self::model).
    ///
    /// # Errors
    /// `no-record` (usage) where there is none and it is needed; what is wrong with charts that the record names.
    pub(super) fn resolve(&self, history: &History) -> Result<(Inputs, Origin)> {
        // A rollback of everything leaves nothing to go by.
        let newest = history.records.first().filter(|(_, record)| !record.inputs.is_null());
        match (self.rule, newest) {
            (Rule::Given, _) => Ok((self.given.clone(), Origin::Given)),
            (Rule::RecordedUnlessGiven, _) if self.any => Ok((self.given.clone(), Origin::Given)),
            (Rule::RecordedUnlessGiven, None) => Ok((self.given.clone(), Origin::Defaults)),
            (Rule::RecordedAndGiven, None) => Err(Error::usage(
                "no-record",
                format!("nothing is recorded of revision {} in namespace {}", self.revision, self.namespace),
            )
            .hint("give all inputs, as at the first installation: mesh install -f FILE --set PATH=VALUE")
            .hint("an installation of another revision or namespace is named by --revision and --istio-namespace")),
            (_, Some((number, record))) => {
                let mut inputs = config::recorded(&record.inputs, &state::name(&self.revision, *number))?;
                inputs.files.extend(self.given.files.iter().cloned());
                inputs.sets.extend(self.given.sets.iter().cloned());
                inputs.force |= self.given.force;
                inputs.registry = self.given.registry.clone().or(inputs.registry);
                inputs.image_pull_secret = self.given.image_pull_secret.clone().or(inputs.image_pull_secret);
                inputs.size = self.given.size.clone().or(inputs.size);
                inputs.size = self.given.size.clone().or(inputs.size);
                inputs.revision.clone_from(&self.given.revision);
                if self.given.charts.is_some() {
                    inputs.profiles.clone_from(&self.given.profiles);
                    inputs.charts.clone_from(&self.given.charts);
                    inputs.charts_path.clone_from(&self.given.charts_path);
                } else {
                    inputs::read_charts(&mut inputs, None).map_err(|error| {
                        error.hint("name the charts with --manifests: where they were is in the record")
                    })?;
                }
                Ok((inputs, Origin::Record(*number)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plan::state::Record;

    fn asked(sets: &[&str], rule: Rule) -> Asked {
        let given = Inputs { sets: sets.iter().map(|set| (*set).to_owned()).collect(), ..Inputs::default() };
        let (revision, namespace) = ("default".to_owned(), "istio-system".to_owned());
        Asked { given, revision, namespace, rule, any: !sets.is_empty(), adopting: false }
    }

    fn history() -> History {
        let inputs = json!({"metadata": {}, "spec": {"profile": "demo", "tag": "1.2"}, "flags": {"registry": "r"}});
        let record = Record { inputs, ..Record::default() };
        let secrets = state::encode(&record, "istio-system", "default", 3).into_iter().collect::<Vec<_>>();
        History::read("default", &secrets)
    }

    #[test]
    fn each_rule_takes_its_inputs() -> Result<()> {
        let table = [
            (Rule::Given, vec![], ("default", None, Origin::Given)),
            (Rule::RecordedUnlessGiven, vec![], ("demo", Some("1.2"), Origin::Record(3))),
            (Rule::RecordedUnlessGiven, vec!["profile=minimal"], ("minimal", None, Origin::Given)),
            (Rule::RecordedAndGiven, vec!["profile=minimal"], ("minimal", Some("1.2"), Origin::Record(3))),
            (Rule::RecordedAndGiven, vec!["tag=1.3"], ("demo", Some("1.3"), Origin::Record(3))),
        ];
        for (rule, sets, (profile, tag, origin)) in table {
            let (inputs, from) = asked(&sets, rule).resolve(&history())?;
            let config = config::load(&inputs)?;
            let own = config::given(&inputs)?;
            assert_eq!(config.profile, profile, "{rule:?} {sets:?}");
            assert_eq!(own.pointer("/spec/tag").and_then(|tag| tag.as_str()), tag, "{rule:?} {sets:?}");
            assert_eq!(inputs.registry.is_some(), from != Origin::Given);
            assert_eq!(from, origin);
        }
        Ok(())
    }

    #[test]
    fn without_a_record_there_is_nothing_to_upgrade() -> Result<()> {
        let none = History::default();
        let mut canary = asked(&[], Rule::RecordedAndGiven);
        canary.revision = "canary".to_owned();
        assert_eq!((canary.model(&none), canary.model(&history())), (Some("default"), None));
        assert_eq!(asked(&[], Rule::RecordedAndGiven).model(&none), None);
        assert_eq!(asked(&[], Rule::RecordedUnlessGiven).resolve(&none)?.1, Origin::Defaults);
        assert!(asked(&[], Rule::RecordedAndGiven).resolve(&none).is_err_and(|error| error.id() == "no-record"));
        Ok(())
    }
}
