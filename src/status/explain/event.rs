//! Events of both APIs (`v1` and `events.k8s.io/v1`) read alike.

use jiff::Timestamp;

use crate::object::Object;

/// One Event, as far as causes are read from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct KubeEvent<'a> {
    /// Why it was written, such as `FailedMount`.
    pub(super) reason: &'a str,
    /// Its sentence, raw.
    pub(super) message: &'a str,
    /// When it was last seen; none where it does not say.
    pub(super) last: Option<Timestamp>,
}

impl<'a> KubeEvent<'a> {
    fn read(object: &'a Object) -> Option<Self> {
        // A note, a regarding object: events.k8s.io; a message, an involved object: v1.
        let message = object.text("/message").or_else(|| object.text("/note")).unwrap_or_default();
        let times =
            ["/series/lastObservedTime", "/lastTimestamp", "/deprecatedLastTimestamp", "/eventTime", "/firstTimestamp"];
        let time = |pointer: &str| object.text(pointer)?.parse().ok();
        // Who wrote it has a clock of its own, which the server's is not to be compared with.
        let last =
            times.iter().filter_map(|pointer| time(pointer)).max().or_else(|| time("/metadata/creationTimestamp"));
        Some(Self { reason: object.text("/reason")?, message, last })
    }
}

fn is_about(event: &Object, object: &Object) -> bool {
    ["involvedObject", "regarding"].iter().filter_map(|about| event.value().get(about)).any(|about| {
        let text = |field: &str| about[field].as_str();
        let same_life = match (text("uid"), object.text("/metadata/uid")) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        text("name") == Some(object.name()) && text("kind") == Some(object.kind()) && same_life
    })
}

/// The Events about `object`, the newest first.
pub(super) fn about<'a>(events: &'a [Object], object: &Object) -> Vec<KubeEvent<'a>> {
    let mut found: Vec<KubeEvent<'a>> =
        events.iter().filter(|event| is_about(event, object)).filter_map(KubeEvent::read).collect();
    found.sort_by_key(|event| std::cmp::Reverse(event.last));
    found
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn object(value: Value) -> Object {
        Object::new(value).unwrap()
    }

    #[test]
    fn both_shapes_are_read_and_the_newest_comes_first() {
        let pod = object(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "uid": "1"}}));
        let about_p = json!({"kind": "Pod", "name": "p", "uid": "1"});
        let events = [
            object(json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "a"}, "involvedObject": about_p,
                "reason": "Pulling", "message": "old", "lastTimestamp": "2026-01-01T00:00:01Z"})),
            object(json!({"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "b"},
                "regarding": about_p, "reason": "Failed", "note": "new", "eventTime": "2026-01-01T00:00:00.5Z",
                "series": {"count": 3, "lastObservedTime": "2026-01-01T00:00:02.25Z"}})),
            object(json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "c"}, "reason": "Failed",
                "involvedObject": {"kind": "Pod", "name": "p", "uid": "an earlier life"}})),
            object(json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "d"}, "reason": "Failed",
                "involvedObject": {"kind": "ReplicaSet", "name": "p"}})),
        ];
        let found: Vec<_> = about(&events, &pod).into_iter().map(|event| event.message).collect();
        assert_eq!(found, ["new", "old"]);
    }
}
