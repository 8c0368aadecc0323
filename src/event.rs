//! Facts about a run as it goes on. Most are data, which the reports (L7) put into words; what only its place knows how to
//! say (a warning, a note, a step, a state, a cause) comes as a sentence, with the text of the cluster raw in it.

use crate::object::ObjectId;

/// Takes the events of a run.
pub trait Sink {
    /// One event. Must not fail: a report that cannot be written must not end an installation.
    fn event(&self, event: &Event);

    /// The run is over, also after a failure: live lines are taken away.
    fn close(&self) {}
}

/// Where the events of one run come from: a cluster and a revision.
pub struct Scope<'a> {
    /// The cluster's name.
    pub cluster: String,
    /// The Istio revision.
    pub revision: String,
    /// Who takes the events.
    pub sink: &'a dyn Sink,
}

impl Scope<'_> {
    /// Says a fact about the run as a whole.
    pub fn say(&self, fact: Fact) {
        self.emit(None, None, fact);
    }

    /// Says a fact about a component, or about one of its objects.
    pub fn tell(&self, component: &str, object: Option<&ObjectId>, fact: Fact) {
        self.emit(Some(component), object, fact);
    }

    /// Says a fact about an object that belongs to no component of Istio.
    pub fn about(&self, object: &ObjectId, fact: Fact) {
        self.emit(None, Some(object), fact);
    }

    fn emit(&self, component: Option<&str>, object: Option<&ObjectId>, fact: Fact) {
        self.sink.event(&Event {
            cluster: self.cluster.clone(),
            revision: self.revision.clone(),
            component: component.map(str::to_owned),
            object: object.cloned(),
            fact,
        });
    }
}

/// One fact, with where it happened.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Event {
    /// The cluster: its kubeconfig context, or its server where there is none.
    pub cluster: String,
    /// The Istio revision, `default` where none was asked for.
    pub revision: String,
    /// The component it belongs to, by its name in the component table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// The object it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}

/// What happened.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(tag = "fact", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fact {
    /// The plan is made: the components in the order they are reported, each with its title.
    Planned {
        /// `(name, title)`, in the order of the checkmark lines.
        components: Vec<(String, String)>,
        /// How many objects will be written.
        writes: usize,
    },
    /// The plan of a removal is made: the parts in the order they go, each with its title.
    PlannedRemoval {
        /// `(name, title)`, in the order of the checkmark lines.
        components: Vec<(String, String)>,
        /// How many objects will be deleted.
        deletes: usize,
    },
    /// Fields that another installer owns are taken over.
    TakenOver {
        /// Its field manager, such as `istio-operator`.
        manager: String,
        /// Of how many objects.
        objects: usize,
    },
    /// Something the user should know that stops nothing.
    Warning {
        /// One sentence.
        message: String,
    },
    /// Something worth knowing once the run is done.
    Note {
        /// One sentence, with a command.
        message: String,
    },
    /// A component begins to be written.
    Started,
    /// An object was written.
    Applied {
        /// What the write did.
        change: Wrote,
    },
    /// An object is not ready yet.
    Waiting {
        /// The component's short state, such as `0/1: pulling image docker.io/istio/pilot:1.30.3`.
        state: String,
    },
    /// A step between components (proof of injection, webhooks closed) is under way.
    Step {
        /// What is done, such as `proving that pods are injected`.
        doing: String,
    },
    /// Somebody is asked: live lines make room for the question.
    Asking,
    /// All of a component is written and ready.
    Ready,
    /// A component will not become ready.
    Failed {
        /// What sort of cause it is, in kebab-case: a cause of the status layer or the id of an error.
        cause: &'static str,
        /// The cause in one sentence, then what it rests on, one line an object.
        causes: Vec<String>,
    },
    /// A component was not tried, as one it needs failed.
    Skipped {
        /// The component that failed.
        because: String,
    },
    /// All of a part is gone.
    Removed,
    /// What a failure leaves to look at, before it is undone.
    Evidence {
        /// One line an object, event or log line; raw text of the cluster.
        lines: Vec<String>,
    },
    /// An earlier state was restored.
    RolledBack {
        /// The record that is in force again; 0 for before the first.
        to: u64,
        /// How many objects are as they were.
        restored: usize,
        /// Objects that were gone and have new uids.
        recreated: Vec<String>,
        /// Objects that were made since and are deleted.
        deleted: Vec<String>,
        /// Objects that were made since and stay, with why.
        kept: Vec<(String, String)>,
    },
    /// Workloads that will be restarted, in the order they are reported.
    RestartsPlanned {
        /// The workloads.
        workloads: Vec<ObjectId>,
    },
    /// The pods of a workload begin to be replaced.
    Restarting {
        /// Why, such as `3 pods have no proxy`.
        why: String,
    },
    /// How far the new pods of a workload are.
    Pods {
        /// READY of its pods before, such as `1/1`.
        before: String,
        /// READY of a new pod now.
        now: String,
        /// How many new pods are ready.
        ready: usize,
        /// How many there will be.
        wanted: usize,
    },
    /// All pods of a workload are new and ready.
    Restarted {
        /// READY of its pods before.
        before: String,
        /// READY of its pods now.
        after: String,
        /// How many there are.
        pods: usize,
    },
    /// The run is done.
    Finished,
    /// The run is done, and everything that was to go is gone.
    Uninstalled,
}

/// What a write did to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrote {
    /// It was not there.
    Created,
    /// It was there and differed.
    Configured,
    /// It is as it was before.
    Restored,
    /// It was there and equal; nothing was sent.
    Unchanged,
    /// It was deleted and created, as a field of it cannot be changed.
    Recreated,
    /// It was deleted.
    Deleted,
}
