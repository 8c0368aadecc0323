//! What a command works with: the inputs it was given, those that were recorded, or both; and which installation that is.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::bundle::Mirror;
use super::read_charts;
use crate::config::{self, Inputs};
use crate::error::{Error, Result};
use crate::istio::{DEFAULT, Installation};
use crate::plan::ledger::Ledger;
use crate::plan::state;

/// The setting that `--istio-namespace` stands for.
const NAMESPACE: &str = "values.global.istioNamespace";

/// Which inputs count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precedence {
    /// The given ones exactly, also where none are given: `install`.
    Given,
    /// The given ones; the recorded ones where none are given: whatever looks at an installation.
    RecordedUnlessGiven,
    /// The recorded ones, and the given ones over them: `upgrade`.
    RecordedAndGiven,
}

/// Which parts of an installation are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Parts {
    /// All of them.
    #[default]
    All,
    /// The control plane and what all revisions share: neither gateways nor what there is once on every node.
    ControlPlane,
}

/// What a command was asked for, before any cluster is known.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The given inputs, with the namespace of `--istio-namespace`.
    pub given: Inputs,
    /// The installation it is about, as far as the command line says.
    pub installation: Installation,
    rule: Precedence,
    /// Whether what belongs to a Helm release is taken over.
    pub adopting: bool,
    /// Whether nothing is written: then it does without what may not be read.
    pub looks: bool,
    /// The bundle that it is installed from.
    pub mirror: Option<Arc<Mirror>>,
    /// Revisions that are about to go: what only they keep from this one is its own.
    pub freed: BTreeSet<String>,
    /// Which parts of the installation are meant.
    pub parts: Parts,
    /// The revision from whose inputs a new one is made, where it is not the default one.
    base: Option<String>,
    /// Whether any inputs are given; the revision alone only says which installation is meant.
    any: bool,
    /// Whether it is known exactly which installation is meant.
    is_known: bool,
    /// The revision on the command line.
    revision: Option<String>,
    /// The namespace on the command line, where it is not the usual one.
    namespace: Option<String>,
}

/// Where the inputs in use are from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Given,
    /// This record, with what the command line gives over it.
    Record(u64),
}

/// The inputs in use.
#[derive(Debug)]
pub struct Resolved {
    /// All of them.
    pub inputs: Inputs,
    /// Where they are from.
    pub origin: Origin,
    /// The inputs as a tree, for the record.
    pub tree: Value,
    /// Whose they are.
    pub installation: Installation,
}

/// The namespace of the control plane on a command line.
#[derive(Debug, Clone, Copy)]
pub struct Home<'a> {
    /// What it is called.
    pub namespace: &'a str,
    /// Whether the command line says so, rather than that it is the usual one.
    pub is_given: bool,
}

impl Home<'_> {
    /// As something to `--set`, where it is given.
    pub fn set(self) -> Option<String> {
        self.is_given.then(|| format!("{NAMESPACE}={}", self.namespace))
    }

    /// Holds `--set` to it: it is one setting.
    fn agrees(self, given: &Inputs) -> Result<()> {
        let flag = format!("--istio-namespace {}", self.namespace);
        config::agree(given, NAMESPACE, &flag, |said| !self.is_given || said == self.namespace)
    }
}

impl Asked {
    /// What is asked for by what the command line gives; `any` is whether that is more than a revision. Bad input is told
    /// here, before anybody is connected to.
    ///
    /// # Errors
    /// What [`config::load`] says; `two-values` (usage) where flags name two namespaces.
    pub fn of(mut given: Inputs, any: bool, rule: Precedence, home: Home<'_>) -> Result<Self> {
        home.agrees(&given)?;
        given.sets.splice(0..0, home.set());
        if rule != Precedence::RecordedAndGiven {
            config::load(&given)?;
        }
        let revision = given.revision.clone();
        Ok(Self { revision, any, ..Self::about(given, rule, home)? })
    }

    /// Asks for these inputs exactly.
    ///
    /// # Errors
    /// What [`config::load`] says.
    pub fn exactly(given: Inputs, home: Home<'_>) -> Result<Self> {
        config::load(&given)?;
        Self::about(given, Precedence::Given, home)
    }

    /// Asks for a recorded installation as it is recorded.
    pub fn again(installation: &Installation) -> Self {
        Self {
            given: Inputs::default(),
            installation: installation.clone(),
            rule: Precedence::RecordedUnlessGiven,
            adopting: false,
            looks: false,
            mirror: None,
            freed: BTreeSet::new(),
            parts: Parts::All,
            base: None,
            any: false,
            is_known: true,
            revision: None,
            namespace: None,
        }
    }

    /// Reads from the inputs which installation they are about.
    fn about(given: Inputs, rule: Precedence, home: Home<'_>) -> Result<Self> {
        let installation = Installation::of(&config::given(&given)?, home.namespace);
        let namespace = home.is_given.then(|| home.namespace.to_owned());
        let is_known = rule == Precedence::Given;
        Ok(Self { given, rule, any: true, is_known, namespace, ..Self::again(&installation) })
    }

    /// With the name of the installation, where the command line has one.
    pub fn named(mut self, name: Option<String>) -> Self {
        self.installation.name = name.or(self.installation.name);
        self
    }

    /// Asks for a recorded installation as an upgrade does that gives nothing.
    pub fn upgraded(installation: &Installation) -> Self {
        let rule = Precedence::RecordedAndGiven;
        Self { rule, is_known: false, namespace: Some(installation.namespace.clone()), ..Self::again(installation) }
    }

    /// The same as a revision of its own, beside the installation that it is made from.
    pub fn beside(mut self, from: &Installation, revision: &str) -> Self {
        self.given.revision = Some(revision.to_owned());
        self.revision = self.given.revision.clone();
        self.installation = Installation { revision: revision.to_owned(), ..from.clone() };
        self.base = Some(from.revision.clone());
        self
    }

    /// For a command that writes nothing.
    pub fn looking(mut self) -> Self {
        self.looks = true;
        self
    }

    /// From a bundle, where one is given.
    pub fn from_bundle(mut self, mirror: Option<Arc<Mirror>>) -> Self {
        self.mirror = mirror;
        self
    }

    /// Whether it only compares, and changes nothing by what it finds.
    pub fn compares(&self) -> bool {
        self.looks && self.rule == Precedence::RecordedUnlessGiven
    }

    /// Whether what is asked for is known without any record.
    pub fn is_given(&self) -> bool {
        self.rule == Precedence::Given || self.rule == Precedence::RecordedUnlessGiven && self.any
    }

    /// Whether it is about what is recorded, and nothing else.
    pub fn is_recorded(&self) -> bool {
        self.rule == Precedence::RecordedUnlessGiven && !self.any
    }

    /// What is asked for, an installation each: without inputs all that is recorded, or what is of the revision or namespace
    /// on the command line.
    pub fn each(&self, ledger: &Ledger) -> Vec<Self> {
        if !self.is_recorded() || self.is_known {
            return vec![self.clone()];
        }
        let is_meant = |one: &Installation| self.revision.is_none() || one.revision == self.installation.revision;
        let is_there = |one: &Installation| self.namespace.as_ref().is_none_or(|namespace| one.namespace == *namespace);
        let all = ledger.standing().map(|(installation, _)| installation);
        let meant = all.filter(|one| is_meant(one) && is_there(one));
        meant.map(|one| Self { looks: self.looks, ..Self::again(one) }).collect()
    }

    /// The installation whose records count, by what is recorded. A new revision beside an installation is made from the
    /// inputs of that one.
    fn source(&self, ledger: &Ledger) -> Result<Installation> {
        let Installation { namespace, revision, name } = &self.installation;
        if self.is_known {
            return Ok(self.installation.clone());
        }
        // A name alone says which one, as it does to a rollback.
        if name.is_some() && self.base.is_none() && self.revision.is_none() && revision == DEFAULT {
            return ledger.only(namespace, name.as_deref());
        }
        let meant = ledger.meant(revision, namespace, name.as_deref())?;
        let is_new = self.rule == Precedence::RecordedAndGiven && ledger.history(&meant).records.is_empty();
        let base = self.base.as_deref().unwrap_or(DEFAULT);
        if is_new && revision != base {
            return ledger.meant(base, namespace, name.as_deref());
        }
        Ok(meant)
    }

    /// The inputs to render, by what is recorded.
    ///
    /// # Errors
    /// `no-record` (usage) where there is none and it is needed, `which-installation` (usage) where several may be meant;
    /// what is wrong with charts that the record names.
    pub fn resolve(&self, ledger: &Ledger) -> Result<Resolved> {
        let whole = |inputs: Inputs, origin: Origin| {
            let tree = config::given(&inputs)?;
            let installation = Installation::of(&tree, &self.installation.namespace);
            Ok(Resolved { inputs, origin, tree, installation })
        };
        if self.is_given() {
            return whole(self.given.clone(), Origin::Given);
        }
        let source = self.source(ledger)?;
        let history = ledger.history(&source);
        let Some((number, record)) = history.in_use() else { return Err(self.unrecorded(ledger)) };
        let inputs = over(&record.inputs, &self.given, &state::secret_name(&source, number))?;
        whole(inputs, Origin::Record(number))
    }

    fn unrecorded(&self, ledger: &Ledger) -> Error {
        let Installation { namespace, revision, name } = &self.installation;
        let what = match name.as_deref().filter(|name| !name.is_empty()) {
            Some(name) => format!("installation {name} of revision {revision}"),
            None => format!("revision {revision}"),
        };
        let error = Error::usage("no-record", format!("nothing is recorded of {what} in namespace {namespace}"))
            .hint("give all inputs, as at the first installation: mesh install -f FILE --set PATH=VALUE");
        let recorded: Vec<&Installation> = ledger.installations().map(|(installation, _)| installation).collect();
        let known = Installation::names(recorded.iter().copied());
        if known.is_empty() {
            error.hint("an installation of another revision or namespace is named by --revision and --istio-namespace")
        } else {
            error.hint(format!("recorded are: {}", known.join(", ")))
        }
    }
}

/// What was recorded, with what is `given` now over it; `name` is how errors call the record. What is given wins also where
/// it says in another way what was recorded.
///
/// # Errors
/// What is wrong with charts that the record names.
pub(super) fn over(recorded: &Value, given: &Inputs, name: &str) -> Result<Inputs> {
    let before = config::below(recorded, &config::given(given)?);
    let mut inputs = config::recorded(&before, name)?;
    inputs.files.extend(given.files.iter().cloned());
    inputs.sets.extend(given.sets.iter().cloned());
    inputs.force |= given.force;
    inputs.registry = given.registry.clone().or(inputs.registry);
    inputs.image_pull_secret = given.image_pull_secret.clone().or(inputs.image_pull_secret);
    inputs.size = given.size.clone().or(inputs.size);
    inputs.revision.clone_from(&given.revision);
    if given.charts.is_some() {
        inputs.profiles.clone_from(&given.profiles);
        inputs.charts.clone_from(&given.charts);
        inputs.charts_path.clone_from(&given.charts_path);
        inputs.version.clone_from(&given.version);
    } else {
        read_charts(&mut inputs, None)
            .map_err(|error| error.hint("name the charts with --manifests: where they were is in the record"))?;
    }
    Ok(inputs)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plan::state::Record;

    fn home(revision: &str, name: Option<&str>) -> Installation {
        Installation { name: name.map(str::to_owned), ..Installation::unnamed(revision, "istio-system") }
    }

    fn asked(sets: &[&str], rule: Precedence) -> Asked {
        let given = Inputs { sets: sets.iter().map(|set| (*set).to_owned()).collect(), ..Inputs::default() };
        Asked { given, rule, any: !sets.is_empty(), is_known: false, ..Asked::again(&home("default", None)) }
    }

    fn ledger(installations: &[Installation]) -> Ledger {
        let secret = |one: &Installation| {
            let metadata = one.name.as_ref().map_or(json!({}), |name| json!({ "name": name }));
            let inputs =
                json!({"metadata": metadata, "spec": {"profile": "demo", "tag": "1.2"}, "flags": {"registry": "r"}});
            let inventory = vec![crate::object::ObjectId::new("v1", "Service", None, "a")];
            state::encode(&Record { inputs, inventory, ..Record::default() }, one, 3).unwrap()
        };
        Ledger::read(&installations.iter().map(secret).collect::<Vec<_>>())
    }

    #[test]
    fn each_rule_takes_its_inputs() -> Result<()> {
        let table = [
            (Precedence::Given, vec![], ("default", None, Origin::Given)),
            (Precedence::RecordedUnlessGiven, vec![], ("demo", Some("1.2"), Origin::Record(3))),
            (Precedence::RecordedUnlessGiven, vec!["profile=minimal"], ("minimal", None, Origin::Given)),
            (Precedence::RecordedAndGiven, vec!["profile=minimal"], ("minimal", Some("1.2"), Origin::Record(3))),
            (Precedence::RecordedAndGiven, vec!["tag=1.3"], ("demo", Some("1.3"), Origin::Record(3))),
        ];
        for (rule, sets, (profile, tag, origin)) in table {
            let Resolved { inputs, origin: from, tree, installation } =
                asked(&sets, rule).resolve(&ledger(&[home("default", None)]))?;
            let config = config::load(&inputs)?;
            assert_eq!(config.profile, profile, "{rule:?} {sets:?}");
            assert_eq!(tree.pointer("/spec/tag").and_then(|tag| tag.as_str()), tag, "{rule:?} {sets:?}");
            assert_eq!(inputs.registry.is_some(), from != Origin::Given);
            assert_eq!((from, installation), (origin, home("default", None)));
        }
        Ok(())
    }

    /// Whichever way a setting was recorded and is given, what is given now wins.
    #[test]
    fn what_is_given_now_wins_over_what_is_recorded_in_another_way() -> Result<()> {
        let of = |recorded: Value, given: Inputs| {
            let inventory = vec![crate::object::ObjectId::new("v1", "Service", None, "a")];
            let record = Record { inputs: recorded, inventory, ..Record::default() };
            let ledger = Ledger::read(&[state::encode(&record, &home("default", None), 3)?]);
            let mut asked = asked(&[], Precedence::RecordedAndGiven);
            asked.given = given;
            asked.any = true;
            let resolved = asked.resolve(&ledger)?;
            Ok((config::load(&resolved.inputs)?, resolved))
        };
        let sets =
            |sets: &[&str]| Inputs { sets: sets.iter().map(|set| (*set).to_owned()).collect(), ..Inputs::default() };
        let registry = |name: &str| Inputs { registry: Some(name.to_owned()), ..Inputs::default() };
        let hub = |hub: &str| json!({"spec": {"hub": hub}});
        let values = |hub: &str| json!({"spec": {"values": {"global": {"hub": hub, "tag": hub}}}});
        let flag =
            || json!({"spec": {"components": {"pilot": {"hub": "p"}}}, "flags": {"registry": "a", "force": false}});
        let table = [
            (flag(), sets(&["hub=c"]), "values.global.hub", "c"),
            (flag(), sets(&["values.global.hub=c"]), "values.global.hub", "c"),
            (flag(), sets(&["components.cni.hub=c"]), "values.global.hub", "a"),
            (flag(), sets(&["components.cni.hub=c"]), "components.cni.hub", "c"),
            (flag(), sets(&["hub=c"]), "components.pilot.hub", "a"),
            (flag(), sets(&["tag=c"]), "values.global.hub", "a"),
            (flag(), registry("c"), "values.global.hub", "c"),
            (hub("a"), registry("c"), "values.global.hub", "c"),
            (hub("a"), sets(&["values.global.hub=c"]), "values.global.hub", "c"),
            (values("a"), registry("c"), "values.global.hub", "c"),
            (values("a"), sets(&["hub=c"]), "values.global.hub", "c"),
            (values("a"), sets(&["tag=c"]), "values.global.tag", "c"),
            (values("a"), sets(&["tag=c"]), "values.global.hub", "a"),
            (json!({"spec": {"tag": "a"}}), sets(&["values.global.tag=c"]), "values.global.tag", "c"),
            (
                json!({"spec": {"meshConfig": {"accessLogFile": "a", "trustDomain": "t"}}}),
                sets(&["values.meshConfig.accessLogFile=c"]),
                "values.meshConfig.accessLogFile",
                "c",
            ),
            (
                json!({"spec": {"meshConfig": {"accessLogFile": "a", "trustDomain": "t"}}}),
                sets(&["values.meshConfig.accessLogFile=c"]),
                "values.meshConfig.trustDomain",
                "t",
            ),
            (
                json!({"spec": {"values": {"compatibilityVersion": "1.28"}}}),
                sets(&["compatibilityVersion=1.29"]),
                "values.compatibilityVersion",
                "1.29",
            ),
            (
                json!({"spec": {"values": {"platform": "gke"}}}),
                sets(&["values.global.platform=k3s"]),
                "values.global.platform",
                "k3s",
            ),
        ];
        for (recorded, given, path, want) in table {
            let case = format!("{recorded} {:?} {:?}", given.sets, given.registry);
            let (config, _) = of(recorded, given)?;
            assert_eq!(config.text(path), Some(want), "{case}");
        }
        // What it makes is recorded so that the next run goes on from it.
        let (_, first) = of(flag(), sets(&["hub=c"]))?;
        let (config, again) = of(first.tree.clone(), Inputs::default())?;
        assert_eq!(config.text("values.global.hub"), Some("c"));
        assert_eq!(again.inputs.registry, None);
        Ok(())
    }

    #[test]
    fn a_namespace_is_named_once() {
        let of = |set: &str, namespace| {
            let given = Inputs { sets: vec![set.to_owned()], ..Inputs::default() };
            Asked::of(given, true, Precedence::Given, Home { namespace, is_given: true }).map(|_| ())
        };
        assert!(of("values.global.istioNamespace=a", "a").is_ok());
        let error = of("values.global.istioNamespace=b", "a").unwrap_err();
        assert_eq!(error.id(), "two-values");
    }

    /// The record's name is the installation's, whether or not the command line says it.
    #[test]
    fn an_upgrade_goes_on_with_the_installation_that_is_meant() -> Result<()> {
        let upgrade = |revision: Option<&str>, name: Option<&str>, known: &[Installation]| {
            let mut asked = asked(&[], Precedence::RecordedAndGiven).named(name.map(str::to_owned));
            asked.installation.revision = revision.unwrap_or("default").to_owned();
            asked.given.revision = revision.map(str::to_owned);
            asked.resolve(&ledger(known)).map(|resolved| resolved.installation)
        };
        let mine = home("default", Some("mine"));
        assert_eq!(upgrade(None, None, std::slice::from_ref(&mine))?, mine);
        assert_eq!(upgrade(Some("canary"), None, std::slice::from_ref(&mine))?, home("canary", Some("mine")));
        let gateway = home("default", Some("gw"));
        assert_eq!(upgrade(None, Some("gw"), &[mine.clone(), gateway.clone()])?, gateway);
        let (elsewhere, unnamed) = (home("canary", Some("x")), home("default", None));
        assert_eq!(upgrade(None, Some("x"), &[mine.clone(), elsewhere.clone()])?.name, elsewhere.name);
        assert_eq!(upgrade(None, Some(""), &[mine.clone(), unnamed.clone()])?, unnamed);
        let which = upgrade(None, None, &[mine, gateway]);
        assert!(which.is_err_and(|error| error.id() == "which-installation"));
        let none = upgrade(Some("canary"), None, &[]);
        assert!(none.is_err_and(|error| error.id() == "no-record"));
        assert!(upgrade(None, None, &[]).is_err_and(|error| error.id() == "no-record"));
        Ok(())
    }

    #[test]
    fn without_inputs_it_is_about_all_that_is_recorded() {
        let known = ledger(&[home("default", None), home("default", Some("gw")), home("canary", None)]);
        let each =
            |asked: &Asked| asked.each(&known).iter().map(|one| one.installation.to_string()).collect::<Vec<_>>();
        let mut all = asked(&[], Precedence::RecordedUnlessGiven);
        assert_eq!(each(&all), ["canary", "default", "gw (revision default)"]);
        all.revision = Some("default".to_owned());
        assert_eq!(each(&all), ["default", "gw (revision default)"]);
        assert_eq!(each(&asked(&["profile=demo"], Precedence::RecordedUnlessGiven)), ["default"]);
        all.namespace = Some("b".to_owned());
        assert!(each(&all).is_empty());
    }
}
