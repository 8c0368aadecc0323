//! Rules that let findings pass: which object, which field, and why.

use serde_json::Value;

use super::finding::Case;
use crate::error::{Error, Result};
use crate::yaml;

/// One rule. What it does not name it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRule {
    /// Where it stands, for messages.
    place: String,
    /// `KIND/NAMESPACE/NAME`, with `*` for any part.
    object: Option<String>,
    /// The field, with `*` for any part of it.
    field: Option<String>,
    /// The id of the finding.
    rule: Option<String>,
    /// Why.
    reason: String,
}

/// What rules did.
#[derive(Debug, Default)]
pub struct Ignored {
    /// How many findings do not count.
    pub findings: usize,
    /// Rules that matched nothing, by their place.
    pub idle: Vec<String>,
}

impl IgnoreRule {
    /// Reads a file of rules: a list under `ignore`, each with a `reason` and at least one of `object`, `field` and `rule`.
    ///
    /// # Errors
    /// `bad-yaml`, `bad-rule` (usage) with the place.
    pub fn read(name: &str, text: &str) -> Result<Vec<Self>> {
        let document = yaml::document(name, text)?;
        let bad = |place: &str, why: &str| {
            Error::usage("bad-rule", format!("{place}: {why}")).hint(
                "a rule is: {object: Deployment/istio-system/istiod, field: spec.replicas, reason: scaled by hand}",
            )
        };
        let list = document.get("ignore").and_then(Value::as_array);
        let list = list.ok_or_else(|| bad(name, "there is no list under `ignore`"))?;
        let mut rules = Vec::new();
        for (number, rule) in list.iter().enumerate() {
            let place = format!("{name}: ignore[{number}]");
            let map = rule.as_object().ok_or_else(|| bad(&place, "this is no map"))?;
            let mut read = Self { place: place.clone(), object: None, field: None, rule: None, reason: String::new() };
            for (key, value) in map {
                let text = value.as_str().ok_or_else(|| bad(&place, &format!("`{key}` has to be text")))?.to_owned();
                match key.as_str() {
                    "object" => read.object = Some(text),
                    "field" => read.field = Some(text),
                    "rule" => read.rule = Some(text),
                    "reason" => read.reason = text,
                    other => return Err(bad(&place, &format!("`{other}` is none of object, field, rule, reason"))),
                }
            }
            if read.reason.is_empty() {
                return Err(bad(&place, "it gives no `reason`"));
            }
            if read.object.is_none() && read.field.is_none() && read.rule.is_none() {
                return Err(bad(&place, "it would ignore everything: name an object, a field or a rule"));
            }
            rules.push(read);
        }
        Ok(rules)
    }

    /// Marks the findings that rules match.
    pub fn apply(rules: &[Self], cases: &mut [Case]) -> Ignored {
        let mut used = vec![false; rules.len()];
        let mut ignored = Ignored::default();
        for finding in cases.iter_mut().flat_map(|case| &mut case.findings) {
            let found = rules.iter().position(|rule| {
                let fits = |pattern: &Option<String>, value: Option<&str>| {
                    pattern.as_ref().is_none_or(|pattern| value.is_some_and(|value| matches(pattern, value)))
                };
                fits(&rule.object, finding.object.as_deref())
                    && fits(&rule.field, finding.field.as_deref())
                    && fits(&rule.rule, Some(finding.rule))
            });
            if let Some(number) = found {
                finding.ignored = Some(rules[number].reason.clone());
                used[number] = true;
                ignored.findings += 1;
            }
        }
        ignored.idle = rules.iter().zip(used).filter(|(_, used)| !used).map(|(rule, _)| rule.place.clone()).collect();
        ignored
    }
}

/// Whether `text` is `pattern`, in which each `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::super::finding::{Finding, Suite};
    use super::*;

    #[test]
    fn patterns() {
        let table = [
            ("a/b", "a/b", true),
            ("a/*", "a/b/c", true),
            ("*", "", true),
            ("*/istiod", "Deployment/n/istiod", true),
            ("Deployment/*/istiod", "Deployment/n/istiod", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c2b", false),
            ("ab*b", "ab", false),
            ("a", "ab", false),
        ];
        for (pattern, text, wanted) in table {
            assert_eq!(matches(pattern, text), wanted, "{pattern} {text}");
        }
    }

    #[test]
    fn rules_mark_what_they_match_and_idle_ones_are_told() -> Result<()> {
        let text = "ignore:\n- {object: Service/*, reason: ours}\n- {rule: drift, reason: never}\n";
        let rules = IgnoreRule::read("f", text)?;
        let mut case = Case::new(Suite::Objects, "a");
        case.findings = ["Service/n/a", "Deployment/n/a"]
            .map(|object| Finding { object: Some(object.to_owned()), ..Finding::error("missing", None, "") })
            .to_vec();
        let mut cases = [case];
        let ignored = IgnoreRule::apply(&rules, &mut cases);
        assert_eq!((ignored.findings, ignored.idle), (1, vec!["f: ignore[1]".to_owned()]));
        assert_eq!(cases[0].counted().count(), 1);
        Ok(())
    }

    #[test]
    fn rules_that_say_too_little_are_refused() {
        for text in
            ["", "ignore: x", "ignore: [{object: a}]", "ignore: [{reason: a}]", "ignore: [{objekt: a, reason: b}]"]
        {
            assert!(IgnoreRule::read("f", text).is_err_and(|error| error.id() == "bad-rule"), "{text}");
        }
    }
}
