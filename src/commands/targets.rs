//! The clusters that a command is for: one, as mostly, or many side by side.

use std::sync::Arc;

use super::Answer;
use super::inputs::Given;
use super::settings::Settings;
use crate::cli::{ClustersArgs, WavesArgs};
use crate::cluster::Access;
use crate::clusters::{self, Order};
use crate::error::{Error, Kind, Result};
use crate::input::contexts::{Member, contexts, names};
use crate::input::{Asked, Precedence};
use crate::report::clusters::{Board, Form, Subject, Told, many, tell};
use crate::report::failure;
use crate::ui::{Kept, Said, Ui};

/// The clusters of a command.
pub(super) struct Targets {
    settings: Settings,
    /// None of them: the one that the flags and the kubeconfig name.
    members: Vec<Member>,
    order: Order,
}

/// What came of a command.
pub(super) enum Came<T> {
    /// Of one cluster.
    One(T),
    /// Of many: the exit code, and by the name of each what it came to, else why to nothing.
    Many(u8, Vec<(String, Result<T, String>)>),
}

impl Targets {
    /// For a command that looks at them.
    pub(super) fn of(settings: &Settings, args: &ClustersArgs) -> Result<Self> {
        let contexts = settings.contexts();
        let members = match &args.contexts_file {
            Some(_) if !contexts.is_empty() => return Err(many::both()),
            Some(file) => self::contexts(file, args.context_selector.as_deref())?,
            None if contexts.len() < 2 => Vec::new(),
            None => contexts.iter().map(|one| Member { context: one.clone(), ..Member::default() }).collect(),
        };
        if !members.is_empty() {
            distinct(settings, &members)?;
            if settings.access.expect_context.is_some() {
                return Err(many::expected());
            }
        }
        let order = Order::at_once(members.len());
        Ok(Self { settings: settings.clone(), members, order })
    }

    /// For a command that changes them, unless it only `looks`.
    pub(super) fn in_waves(settings: &Settings, args: &WavesArgs, looks: bool) -> Result<Self> {
        let WavesArgs { clusters, canary_context, max_unavailable, wave_pause, keep_going } = args;
        let all = Self::of(settings, clusters)?;
        let place = |name: &String| all.members.iter().position(|one| one.context == *name);
        let first: Result<Vec<usize>> =
            canary_context.iter().map(|name| place(name).ok_or_else(|| many::no_canary(name))).collect();
        let order = Order::in_waves(all.members.len(), &first?, *max_unavailable, *wave_pause, *keep_going);
        Ok(if looks { all } else { Self { order, ..all } })
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.members.len().max(1)
    }

    /// Whether there are several.
    pub(super) fn are_many(&self) -> bool {
        !self.members.is_empty()
    }

    /// What is asked for, a cluster each. What is wrong is told before any cluster is connected to.
    pub(super) fn asked(&self, given: Given, rule: Precedence) -> Result<Vec<Asked>> {
        let sets = self.members.iter().map(|one| one.sets.as_slice());
        let sets: Vec<&[String]> = if self.are_many() { sets.collect() } else { vec![&[]] };
        let of_one = |sets: &[String]| {
            let mut given = given.clone();
            given.any |= !sets.is_empty();
            given.inputs.sets.extend(sets.iter().cloned());
            given.asked(&self.settings, rule)
        };
        sets.into_iter().map(of_one).collect()
    }

    /// Does `job` to each cluster, with its own of the `inputs`, and tells what came of it, as a document or as text.
    pub(super) fn each<I: Send + Sync + 'static>(
        self,
        (subject, as_json): (Subject, bool),
        inputs: Vec<I>,
        job: impl Fn(&Settings, &I) -> Result<bool> + Send + Sync + 'static,
    ) -> Result<Answer> {
        let code = |yes: &bool| if *yes { 0 } else { Kind::Failed.exit_code() };
        let came = self.gathered((subject, Form::json(as_json)), inputs, job, code)?;
        Ok(match came {
            Came::One(yes) => yes.into(),
            Came::Many(code, _) => Answer::Code(code),
        })
    }

    /// The same, and gives what came of each; `code` is the exit code of that.
    pub(super) fn gathered<I: Send + Sync + 'static, T: Send + 'static>(
        self,
        (subject, form): (Subject, Form),
        inputs: Vec<I>,
        job: impl Fn(&Settings, &I) -> Result<T> + Send + Sync + 'static,
        code: impl Fn(&T) -> u8,
    ) -> Result<Came<T>> {
        let Self { settings, members, order } = self;
        if members.is_empty() {
            let input = inputs.first().ok_or_else(|| Error::failed("clusters", "there is no input"))?;
            return job(&settings, input).map(Came::One);
        }
        let ui: Ui = settings.ui.clone();
        let names = names(&members);
        let board = Arc::new(Board::new(&ui, names.clone(), form == Form::Json));
        let told = Arc::clone(&board);
        let turn = move |place: usize| {
            let kept = Kept::new(place, Arc::clone(&told) as _);
            let own = settings.of_one(&members[place], settings.ui.aside(Arc::clone(&kept)));
            let done = job(&own, &inputs[place]);
            if let Err(error) = &done
                && form != Form::Json
            {
                failure::tell(&own.ui, error, false);
            }
            (done, kept.take())
        };
        let is_well = |(done, _): &(Result<T>, Said)| done.as_ref().is_ok_and(|done| code(done) == 0);
        let (ended, stopped) = clusters::run(order, Arc::new(turn), is_well, &board)?;
        board.close();
        let (mut all, mut came) = (Vec::new(), Vec::new());
        for (place, (ended, name)) in ended.into_iter().zip(names).enumerate() {
            let (outcome, said, done) = ended.told(&code);
            let one = Told { name: name.clone(), outcome, said, took: board.took(place) };
            came.push((name, done.ok_or_else(|| subject.word(&one.outcome))));
            all.push(one);
        }
        Ok(Came::Many(tell(&ui, subject, form, all, stopped)?, came))
    }
}

/// Holds clusters to be different ones, that are there as far as the kubeconfigs say.
pub(super) fn distinct(settings: &Settings, members: &[Member]) -> Result<()> {
    let access: Vec<Access> = members.iter().map(|one| settings.access_of(one)).collect();
    many::distinct(&names(members).into_iter().zip(Access::servers(&access)?).collect::<Vec<_>>())
}
