//! Label selectors, with the meaning and the mistakes Kubernetes gives them.

use serde_json::{Map, Value};

/// Labels of an object.
pub(crate) type Labels = Map<String, Value>;

/// A label selector: `matchLabels` and `matchExpressions`, all of which have to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selector {
    rules: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Requirement {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    DoesNotExist(String),
}

impl Selector {
    /// Reads a selector; null selects everything, as an absent one does in a webhook.
    ///
    /// # Errors
    /// What is wrong, without place: an unknown operator, values where there can be none, no values where some have to be.
    pub(crate) fn read(selector: &Value) -> Result<Self, String> {
        let mut rules = Vec::new();
        for (key, value) in selector.get("matchLabels").and_then(Value::as_object).into_iter().flatten() {
            rules.push(Requirement::In(key.clone(), vec![value.as_str().unwrap_or_default().to_owned()]));
        }
        for expression in selector.get("matchExpressions").and_then(Value::as_array).into_iter().flatten() {
            let key = expression["key"].as_str().unwrap_or_default().to_owned();
            let values = expression["values"].as_array().into_iter().flatten();
            let values: Vec<String> = values.filter_map(|value| value.as_str().map(str::to_owned)).collect();
            rules.push(match (expression["operator"].as_str().unwrap_or_default(), values.is_empty()) {
                ("In", false) => Requirement::In(key, values),
                ("NotIn", false) => Requirement::NotIn(key, values),
                ("Exists", true) => Requirement::Exists(key),
                ("DoesNotExist", true) => Requirement::DoesNotExist(key),
                ("In" | "NotIn", true) => return Err(format!("the expression on {key} needs values")),
                ("Exists" | "DoesNotExist", false) => return Err(format!("the expression on {key} takes no values")),
                (operator, _) => return Err(format!("unknown operator {operator:?} on {key}")),
            });
        }
        Ok(Self { rules })
    }

    /// Reads a selector as `kubectl -l` takes it: `a=b`, `a==b`, `a!=b`, `a in (b, c)`, `a notin (b, c)`, `a`, `!a`, with commas
    /// between them.
    ///
    /// # Errors
    /// What is wrong, with the part that is.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut rules = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let mut depth = 0;
            let end = rest.find(|character| {
                depth += match character {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                character == ',' && depth == 0
            });
            let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
            rules.push(
                requirement(part.trim()).ok_or_else(|| format!("`{}` is no requirement of a label", part.trim()))?,
            );
            rest = after.strip_prefix(',').unwrap_or(after);
        }
        Ok(Self { rules })
    }

    /// Whether it says nothing, and so selects everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether these labels are selected.
    pub(crate) fn matches(&self, labels: &Labels) -> bool {
        let value = |key: &str| labels.get(key).and_then(Value::as_str);
        let among =
            |key: &str, values: &[String]| value(key).is_some_and(|value| values.iter().any(|one| one == value));
        self.rules.iter().all(|rule| match rule {
            Requirement::In(key, values) => among(key, values),
            Requirement::NotIn(key, values) => !among(key, values),
            Requirement::Exists(key) => value(key).is_some(),
            Requirement::DoesNotExist(key) => value(key).is_none(),
        })
    }
}

fn requirement(part: &str) -> Option<Requirement> {
    let name = |text: &str| {
        let text = text.trim();
        let fits = |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
        (!text.is_empty() && text.chars().all(fits)).then(|| text.to_owned())
    };
    let value = |text: &str| if text.trim().is_empty() { Some(String::new()) } else { name(text) };
    if let Some(list) = part.strip_suffix(')') {
        let (left, list) = list.split_once('(')?;
        let values: Option<Vec<String>> = list.split(',').map(value).collect();
        let mut words = left.split_whitespace();
        let (key, operator) = (name(words.next()?)?, words.next()?);
        return match (operator, words.next()) {
            ("in", None) => Some(Requirement::In(key, values?)),
            ("notin", None) => Some(Requirement::NotIn(key, values?)),
            _ => None,
        };
    }
    if let Some((key, is_not)) = part.split_once("!=").filter(|(key, _)| !key.contains('=')) {
        return Some(Requirement::NotIn(name(key)?, vec![value(is_not)?]));
    }
    if let Some((key, is)) = part.split_once('=') {
        return Some(Requirement::In(name(key)?, vec![value(is.strip_prefix('=').unwrap_or(is))?]));
    }
    match part.strip_prefix('!') {
        Some(key) => name(key).map(Requirement::DoesNotExist),
        None => name(part).map(Requirement::Exists),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn selectors_are_read_as_kubectl_takes_them() {
        let labels = |value: Value| value.as_object().cloned().unwrap_or_default();
        let of = labels(json!({"env": "prod", "tier": ""}));
        let table = [
            ("env=prod", Some(true)),
            ("env==prod", Some(true)),
            ("env!=prod", Some(false)),
            ("region!=eu", Some(true)),
            ("env in (test, prod)", Some(true)),
            ("env notin (test,prod)", Some(false)),
            ("env,!region", Some(true)),
            ("region", Some(false)),
            ("tier=", Some(true)),
            ("env in (prod),env=prod", Some(true)),
            ("", Some(true)),
            ("env in prod", None),
            ("env=a=b", None),
            ("env in (a", None),
            ("=a", None),
            (",", None),
            ("env = a b", None),
        ];
        for (text, wanted) in table {
            assert_eq!(Selector::parse(text).ok().map(|selector| selector.matches(&of)), wanted, "{text}");
        }
    }

    #[test]
    fn a_label_that_is_missing_is_not_in() {
        let selector = |operator: &str, values: Value| {
            Selector::read(&json!({"matchExpressions": [{"key": "k", "operator": operator, "values": values}]}))
        };
        let labels = |value: Value| value.as_object().cloned().unwrap_or_default();
        let (with, without) = (labels(json!({"k": "a"})), labels(json!({"x": "a"})));
        let table = [
            ("In", json!(["a"]), true, false),
            ("NotIn", json!(["a"]), false, true),
            ("NotIn", json!(["b"]), true, true),
            ("Exists", json!([]), true, false),
            ("DoesNotExist", json!(null), false, true),
        ];
        for (operator, values, want_with, want_without) in table {
            let read = selector(operator, values);
            assert_eq!(read.as_ref().map(|s| s.matches(&with)), Ok(want_with), "{operator}");
            assert_eq!(read.as_ref().map(|s| s.matches(&without)), Ok(want_without), "{operator}");
        }
        assert!(selector("In", json!([])).is_err());
        assert!(selector("Is", json!(["a"])).is_err());
        assert!(Selector::read(&Value::Null).is_ok_and(|all| all.is_empty() && all.matches(&with)));
    }
}
