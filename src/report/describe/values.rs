//! How `kubectl describe` writes single values: labels, annotations, selectors, times and ages.

use k8s_openapi::jiff::Timestamp;
use k8s_openapi::jiff::tz::TimeZone;
use serde_json::Value;

use super::columns::Columns;

/// Annotations longer than this are written on lines of their own, and cut.
const LONG_ANNOTATION: usize = 140;
/// The annotation of `kubectl apply` that is not shown.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What times are shown by.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Now.
    pub now: Timestamp,
    /// The zone of the reader.
    pub zone: TimeZone,
}

impl Clock {
    /// A moment as in a mail's header; the year 1 where there is none.
    pub(super) fn moment(&self, time: &Value) -> String {
        let parsed = time.as_str().and_then(|text| text.parse::<Timestamp>().ok());
        parsed.map_or_else(
            || "Mon, 01 Jan 0001 00:00:00 +0000".to_owned(),
            |time| time.to_zoned(self.zone.clone()).strftime("%a, %d %b %Y %H:%M:%S %z").to_string(),
        )
    }

    /// How long ago a moment was: two units at most, the finer one only where it still says something.
    pub(super) fn age(&self, time: &Value) -> String {
        let parsed = time.as_str().and_then(|text| text.parse::<Timestamp>().ok());
        let Some(time) = parsed else { return "<unknown>".to_owned() };
        let milliseconds = self.now.as_millisecond() - time.as_millisecond();
        age(milliseconds / 1000)
    }
}

/// A duration as Kubernetes' tools write it.
pub(super) fn age(seconds: i64) -> String {
    let two = |coarse: i64, unit: char, fine: i64, fine_unit: char| {
        if fine == 0 { format!("{coarse}{unit}") } else { format!("{coarse}{unit}{fine}{fine_unit}") }
    };
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1..0 => "0s".to_owned(),
        _ if seconds < 120 => format!("{seconds}s"),
        _ if minutes < 10 => two(minutes, 'm', seconds % 60, 's'),
        _ if minutes < 180 => format!("{minutes}m"),
        _ if hours < 8 => two(hours, 'h', minutes % 60, 'm'),
        _ if hours < 48 => format!("{hours}h"),
        _ if days < 8 => two(days, 'd', hours % 24, 'h'),
        _ if days < 2 * 365 => format!("{days}d"),
        _ if days < 8 * 365 => two(days / 365, 'y', days % 365, 'd'),
        _ => format!("{}y", days / 365),
    }
}

/// A string, or the empty one.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A string or number as it is read.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The strings of a list.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().map(text).collect()
}

/// The elements of a list.
pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A map's entries in the order of their keys.
pub(super) fn sorted(map: &Value) -> Vec<(&str, &Value)> {
    let mut entries: Vec<(&str, &Value)> =
        map.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value)).collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

/// Whether a value is a string with something in it.
pub(super) fn is_set(value: &Value) -> bool {
    !text(value).is_empty()
}

/// `a=b`, one a line.
pub(super) fn labels(columns: &mut Columns, level: usize, name: &str, labels: &Value) {
    columns.list(level, name, &label_lines(labels));
}

/// `a: b`, one a line; long ones below their key.
pub(super) fn annotations(columns: &mut Columns, level: usize, name: &str, annotations: &Value) {
    columns.list(level, name, &annotation_lines(annotations));
}

pub(super) fn label_lines(labels: &Value) -> Vec<String> {
    sorted(labels).into_iter().map(|(key, value)| format!("{key}={}", text(value))).collect()
}

pub(super) fn annotation_lines(annotations: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for (key, value) in sorted(annotations).into_iter().filter(|(key, _)| *key != LAST_APPLIED) {
        let value = text(value);
        let value = value.strip_suffix('\n').unwrap_or(value);
        if key.len() + value.len() + 2 <= LONG_ANNOTATION && !value.contains('\n') {
            lines.push(format!("{key}: {value}"));
            continue;
        }
        lines.push(format!("{key}:"));
        lines.extend(value.split('\n').map(|line| format!("  {}", shortened(line, LONG_ANNOTATION - 2))));
    }
    lines
}

/// The first so many bytes, to a whole character.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    format!("{}...", &text[..text.floor_char_boundary(most)])
}

/// A label selector in one line.
pub(super) fn selector(selector: &Value) -> String {
    let mut parts: Vec<(String, String)> = Vec::new();
    for (key, value) in sorted(&selector["matchLabels"]) {
        parts.push((key.to_owned(), format!("{key}={}", text(value))));
    }
    for expression in items(&selector["matchExpressions"]) {
        let key = text(&expression["key"]);
        let mut values = texts(&expression["values"]);
        values.sort_unstable();
        let values = values.join(",");
        parts.push((
            key.to_owned(),
            match text(&expression["operator"]) {
                "In" => format!("{key} in ({values})"),
                "NotIn" => format!("{key} notin ({values})"),
                "DoesNotExist" => format!("!{key}"),
                _ => key.to_owned(),
            },
        ));
    }
    parts.sort_by(|a, b| a.0.cmp(&b.0));
    parts.into_iter().map(|(_, part)| part).collect::<Vec<_>>().join(",")
}

/// Tolerations, one a line, in the order of their keys.
pub(super) fn tolerations(columns: &mut Columns, level: usize, name: &str, tolerations: &Value) {
    let mut all: Vec<&Value> = items(tolerations).iter().collect();
    all.sort_by_key(|one| text(&one["key"]));
    let line = |one: &&Value| {
        let (key, value, effect) = (text(&one["key"]), text(&one["value"]), text(&one["effect"]));
        let mut line = key.to_owned();
        for (mark, part) in [('=', value), (':', effect)] {
            if !part.is_empty() {
                line.push(mark);
                line.push_str(part);
            }
        }
        if one["operator"] == "Exists" && value.is_empty() {
            line.push_str(if line.is_empty() { "op=Exists" } else { " op=Exists" });
        }
        if let Some(seconds) = one["tolerationSeconds"].as_i64() {
            line.push_str(&format!(" for {seconds}s"));
        }
        line
    };
    columns.list(level, name, &all.iter().map(line).collect::<Vec<_>>());
}

/// How pods are spread, one rule a line.
pub(super) fn spread(columns: &mut Columns, level: usize, constraints: &Value) {
    let mut all: Vec<&Value> = items(constraints).iter().collect();
    if all.is_empty() {
        return;
    }
    all.sort_by_key(|one| text(&one["topologyKey"]));
    let line = |one: &&Value| {
        let mut line = format!(
            "{}:{} when max skew {} is exceeded",
            text(&one["topologyKey"]),
            text(&one["whenUnsatisfiable"]),
            one["maxSkew"].as_i64().unwrap_or_default()
        );
        if one["labelSelector"].is_object() {
            let shown = selector(&one["labelSelector"]);
            line.push_str(&format!(" for selector {}", if shown.is_empty() { "<none>" } else { &shown }));
        }
        line
    };
    columns.list(level, "Topology Spread Constraints", &all.iter().map(line).collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ages_have_two_units_at_most() {
        let table = [
            (-5, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (125, "2m5s"),
            (600, "10m"),
            (3 * 3600, "3h"),
            (3 * 3600 + 240, "3h4m"),
            (8 * 3600 + 240, "8h"),
            (49 * 3600, "2d1h"),
            (9 * 86_400, "9d"),
            (800 * 86_400, "2y70d"),
            (3650 * 86_400, "10y"),
        ];
        for (seconds, shown) in table {
            assert_eq!(age(seconds), shown, "{seconds}");
        }
    }

    #[test]
    fn selectors_are_one_line() {
        let shown = selector(&json!({
            "matchLabels": {"b": "2", "a": "1"},
            "matchExpressions": [
                {"key": "aa", "operator": "In", "values": ["y", "x"]},
                {"key": "z", "operator": "DoesNotExist"}, {"key": "c", "operator": "NotIn", "values": ["x"]},
                {"key": "d", "operator": "Exists"}],
        }));
        assert_eq!(shown, "a=1,aa in (x,y),b=2,c notin (x),d,!z");
    }

    #[test]
    fn long_annotations_are_cut_at_a_character() {
        let mut columns = Columns::default();
        annotations(&mut columns, 0, "Annotations", &json!({"a": "ä".repeat(100), "b": "1\n2\n", LAST_APPLIED: "x"}));
        assert_eq!(
            columns.text(),
            format!(
                "Annotations:  a:\n                {}...\n              b:\n                1\n                2\n",
                "ä".repeat(69)
            )
        );
    }
}
