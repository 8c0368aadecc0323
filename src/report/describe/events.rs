//! The events of an object, as `kubectl describe` writes them.

use super::Clock;
use super::columns::Columns;
use super::values::{is_set, text};
use crate::object::Object;

/// All events, the oldest first; nothing where they could not be read.
pub(super) fn write(columns: &mut Columns, events: Option<&[Object]>, clock: &Clock) {
    let Some(events) = events else { return };
    if events.is_empty() {
        columns.field(0, "Events", "<none>");
        return;
    }
    let mut events: Vec<&Object> = events.iter().collect();
    events.sort_by_key(|event| event.text("/lastTimestamp").unwrap_or_default());
    columns.line(0, &["Events:"]);
    columns.line(1, &["Type", "Reason", "Age", "From", "Message"]);
    columns.line(1, &["----", "------", "----", "----", "-------"]);
    for event in events {
        let event = event.value();
        let first = if is_set(&event["eventTime"]) { &event["eventTime"] } else { &event["firstTimestamp"] };
        let first = clock.age(first);
        let (series, count) = (&event["series"], event["count"].as_i64().unwrap_or_default());
        let age = if series.is_object() {
            let (last, count) = (clock.age(&series["lastObservedTime"]), series["count"].as_i64().unwrap_or_default());
            format!("{last} (x{count} over {first})")
        } else if count > 1 {
            format!("{} (x{count} over {first})", clock.age(&event["lastTimestamp"]))
        } else {
            first
        };
        let source = &event["source"]["component"];
        let source = if is_set(source) { text(source) } else { text(&event["reportingComponent"]) };
        let message = text(&event["message"]).trim();
        columns.line(1, &[text(&event["type"]), text(&event["reason"]), &age, source, message]);
    }
}
