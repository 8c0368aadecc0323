//! One object: what to do so that the live one becomes the wanted one, without taking from others what is theirs.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::object::Object;
use crate::plan::compare::{self, Comparison, Difference};
use crate::plan::filter::{self, Reason};
use crate::plan::immutable;
use crate::plan::managed::{Managed, says_nothing};
use crate::plan::managers::{Class, UNTRACKED};
use crate::plan::ownership::{self, Context};
use crate::plan::path::Path;

/// What to do about one object.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// It is not there: apply this.
    Create(Object),
    /// It differs, or nothing of it is ours yet.
    Apply(Box<Apply>),
    /// A field differs that cannot be changed: delete it, and create this.
    Recreate(Box<Recreate>),
    /// It is there, equal, and ours: send nothing.
    Unchanged,
    /// Another manager holds fields that would have to change: report them, send nothing.
    Conflict(Vec<Difference>),
    /// It is not to be touched.
    Skip(Reason),
}

impl Action {
    /// Whether it sends anything.
    pub fn writes(&self) -> bool {
        matches!(self, Self::Create(_) | Self::Apply(_) | Self::Recreate(_))
    }
}

/// A deletion and a creation.
#[derive(Debug, Clone, PartialEq)]
pub struct Recreate {
    /// What to send once the old object is gone.
    pub body: Object,
    /// The uid of the object to delete: no other one is.
    pub uid: String,
    /// What differs, fixed fields and others.
    pub differences: Vec<Difference>,
    /// The field that cannot be changed.
    pub because: String,
}

/// A server-side apply over a live object.
#[derive(Debug, Clone, PartialEq)]
pub struct Apply {
    /// What to send.
    pub body: Object,
    /// Known managers whose fields it takes: to be said first. `force` is to be set only if there is one.
    pub force_over: Vec<String>,
    /// Whether fields that change are held by an earlier update of ours, such as a rollback: to the server that is
    /// somebody else than who applies.
    pub force_own: bool,
    /// A JSON patch to send first. Its first operation tests `metadata.resourceVersion`, so it never meets another object
    /// than the one decided on.
    pub before: Option<Value>,
    /// What it changes. Empty where it only takes ownership of what is equal already.
    pub differences: Vec<Difference>,
}

impl Recreate {
    /// Makes `wanted` anew in the place of `live`, as the field `because` cannot be changed.
    pub fn of(
        wanted: &Object,
        live: &Object,
        context: &Context,
        differences: Vec<Difference>,
        because: String,
    ) -> Self {
        let uid = live.text("/metadata/uid").unwrap_or_default().to_owned();
        Self { body: ownership::body(wanted, None, context), uid, differences, because }
    }
}

impl Apply {
    /// Whether it has to be sent with `force`.
    pub fn force(&self) -> bool {
        self.force_own || !self.force_over.is_empty()
    }
}

/// How `live` differs from `wanted`, leaving to other managers what is theirs by design.
pub fn compare(wanted: &Object, live: &Object, context: &Context) -> Vec<Difference> {
    let mut differences = examine(wanted, live, &Managed::of(live), context).1.differences;
    differences.retain(|difference| !is_documentation(difference) && !context.is_stamp(wanted, live, difference));
    differences
}

/// What to do about `wanted` while `live` is what is there.
pub fn decide(wanted: &Object, live: Option<&Object>, context: &Context) -> Action {
    let Some(live) = live else { return Action::Create(ownership::body(wanted, None, context)) };
    if let Some(reason) = filter::apply(live, context) {
        return Action::Skip(reason);
    }
    let managed = Managed::of(live);
    let (mut body, mut found) = examine(wanted, live, &managed, context);
    // An engine's labels are left to it: it would put them back.
    found.differences.retain(|one| {
        let theirs = is_refused(one, &managed) && context.is_stamp(wanted, live, one);
        if theirs {
            ownership::remove(body.value_mut(), &one.path);
        }
        !theirs
    });
    let conflicts: Vec<Difference> =
        found.differences.iter().filter(|one| is_refused(one, &managed)).cloned().collect();
    if !conflicts.is_empty() {
        return Action::Conflict(conflicts);
    }
    let force_over = forced(&found, &managed);
    let updates =
        || managed.entries().iter().filter(|entry| Class::of(&entry.manager) == Class::Ours && !entry.applies);
    let force_own = found.differences.iter().any(|one| updates().any(|entry| entry.holds(&one.path)));
    let is_as_printed = |one: &Difference| context.compares() && context.is_stamp(wanted, live, one);
    found.differences.retain(|one| !is_documentation(one) && !is_as_printed(one));
    let before = before(wanted, live, &managed, context, &found);
    if found.differences.is_empty() && before.is_none() && is_ours(&body, &managed) {
        return Action::Unchanged;
    }
    if let Some(because) = immutable::first(live, &found.differences) {
        return Action::Recreate(Box::new(Recreate::of(wanted, live, context, found.differences, because)));
    }
    for path in &found.dropped {
        ownership::remove(body.value_mut(), path);
    }
    for (path, live_spelling) in &found.respelled {
        // Sent as `1000m`, a live `1` would be taken for a change, and for a conflict.
        set(body.value_mut(), path, live_spelling);
    }
    Action::Apply(Box::new(Apply { body, force_over, force_own, before, differences: found.differences }))
}

/// What to send, and how the live object differs from it.
fn examine(wanted: &Object, live: &Object, managed: &Managed, context: &Context) -> (Object, Comparison) {
    let body = ownership::body(wanted, Some((live, managed)), context);
    let mut found = compare::fields(&body, live, managed);
    let replicas = Path::of(&["spec", "replicas"]);
    if context.autoscaled(&wanted.id()).is_some() {
        found.differences.retain(|difference| difference.path != replicas);
    }
    if let Some(count) = ownership::mended_replicas(wanted, live, context) {
        let manager = managed.holders(&replicas).first().map(|name| (*name).to_owned());
        found.differences.retain(|difference| difference.path != replicas);
        let (wanted, zero) = (Some(json!(count)), Some(json!(0)));
        found.differences.push(Difference { path: replicas, wanted, found: zero, manager });
    }
    (body, found)
}

/// The text by which a CRD explains its fields and columns: each installer writes its own, and no object depends on it.
fn is_documentation(difference: &Difference) -> bool {
    let fields = difference.path.fields();
    let explains = ["openAPIV3Schema", "additionalPrinterColumns"].iter().any(|place| fields.contains(place));
    explains && fields.last() == Some(&"description")
}

fn is_refused(difference: &Difference, managed: &Managed) -> bool {
    let holders = managed.holders(&difference.path);
    let of_key = difference.manager.as_deref();
    holders.into_iter().chain(of_key).any(|name| !Class::of(name).may_be_forced() && !is_scaler(difference, name))
}

/// A controller that has scaled to 0 is a person's `kubectl scale` carried out, or an autoscaler's end.
fn is_scaler(difference: &Difference, manager: &str) -> bool {
    difference.path == Path::of(&["spec", "replicas"]) && Class::of(manager) == Class::Controller
}

/// The managers other than us that hold what changes, in order of their names.
fn forced(found: &Comparison, managed: &Managed) -> Vec<String> {
    let holders = found.differences.iter().flat_map(|difference| {
        let of_key = difference.manager.as_deref();
        managed.holders(&difference.path).into_iter().chain(of_key)
    });
    let mut others: BTreeSet<&str> = holders.filter(|name| Class::of(name) != Class::Ours).collect();
    if managed.entries().is_empty() && found.differences.iter().any(|one| one.found.is_some()) {
        // Of an object that nobody has applied anything to nobody is known to hold anything; the API server speaks of all
        // that was there as of somebody's.
        others.insert(UNTRACKED);
    }
    others.into_iter().map(str::to_owned).collect()
}

/// Whether our own server-side apply holds every field of `body`.
fn is_ours(body: &Object, managed: &Managed) -> bool {
    // What names the object is nobody's, and plain text of a Secret is held as what it is written to.
    let metadata = fields_but(body.at("/metadata"), &["name", "namespace"]);
    let rest = fields_but(Some(body.value()), &["apiVersion", "kind", "metadata", "stringData"]);
    if metadata.is_empty() && rest.is_empty() {
        // An object that is wanted with nothing in it, such as a plain Namespace, leaves nothing to hold.
        return true;
    }
    managed.ours().is_some_and(|ours| {
        let held = match ours.fields.field("metadata") {
            Some(node) => node.covers_all(metadata),
            None => metadata.iter().all(|(_, value)| says_nothing(value)),
        };
        ours.fields.is_leaf() || held && ours.fields.covers_all(rest)
    })
}

/// The fields of a map, without those of these names.
fn fields_but<'v>(map: Option<&'v Value>, names: &[&str]) -> Vec<(&'v String, &'v Value)> {
    let fields = map.and_then(Value::as_object).into_iter().flatten();
    fields.filter(|(name, _)| !names.contains(&name.as_str())).collect()
}

/// What has to be done before the apply, because no apply can do it.
fn before(wanted: &Object, live: &Object, managed: &Managed, context: &Context, found: &Comparison) -> Option<Value> {
    let mut operations = Vec::new();
    for rekeyed in &found.rekeyed {
        // In place, so that what the API server has given the element (a node port) stays with it.
        if let (Some(pointer), Some(element)) = (rekeyed.found.pointer(live.value()), rekeyed.found.find(live.value()))
        {
            let mut mended = element.clone();
            if let (Value::Object(mended), Value::Object(wanted)) = (&mut mended, &rekeyed.wanted) {
                mended.extend(wanted.clone());
            }
            operations.push(json!({"op": "replace", "path": pointer, "value": mended}));
        }
    }
    let replicas = Path::of(&["spec", "replicas"]);
    if let Some(count) = ownership::mended_replicas(wanted, live, context) {
        // By an update of its own: held by our apply, it would have to be sent ever after.
        operations.push(json!({"op": "replace", "path": "/spec/replicas", "value": count}));
    }
    let unwanted: Vec<Path> =
        found.differences.iter().filter(|one| one.wanted.is_none()).map(|one| one.path.clone()).collect();
    let released: Vec<Path> = context.autoscaled(&wanted.id()).map(|_| replicas).into_iter().collect();
    if let Some(fields) = managed.rewritten(&unwanted, &released) {
        operations.push(json!({"op": "replace", "path": "/metadata/managedFields", "value": fields}));
    }
    if operations.is_empty() {
        return None;
    }
    let version = live.text("/metadata/resourceVersion").unwrap_or_default();
    operations.insert(0, json!({"op": "test", "path": "/metadata/resourceVersion", "value": version}));
    Some(Value::Array(operations))
}

fn set(body: &mut Value, path: &Path, value: &Value) {
    if let Some(pointer) = path.pointer(body)
        && let Some(slot) = body.pointer_mut(&pointer)
    {
        *slot = value.clone();
    }
}

#[cfg(test)]
mod tests;
