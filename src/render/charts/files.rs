//! `.Files`: the files of a chart that are neither templates nor read otherwise.

use std::collections::BTreeMap;

use gotemplate::{Object, Value};
use regex::Regex;
use serde_json::Value as Json;

use crate::yaml;

/// The files that Helm reads itself and so does not offer to templates.
const READ_OTHERWISE: [&str; 6] =
    ["Chart.lock", "Chart.yaml", "requirements.lock", "requirements.yaml", "values.schema.json", "values.yaml"];

/// `.Files` of a chart with these files.
pub(super) fn of(files: &BTreeMap<&str, &str>) -> Value {
    let offered = |path: &str| {
        let elsewhere = path.starts_with("templates/") || path.starts_with("charts/");
        !elsewhere && !READ_OTHERWISE.contains(&path)
    };
    let files = files.iter().filter(|(path, _)| offered(path));
    Value::object(Files(files.map(|(path, text)| ((*path).to_owned(), Value::from(*text))).collect()))
}

/// Files by their paths within the chart.
struct Files(BTreeMap<String, Value>);

impl Files {
    /// Text of the file, empty where there is none.
    fn text(&self, path: &str) -> &str {
        self.0.get(path).and_then(Value::as_str).unwrap_or_default()
    }

    /// The lines of a file, each without its end.
    fn lines(&self, path: &str) -> Value {
        let text = self.text(path);
        let text = text.strip_suffix('\n').unwrap_or(text);
        if text.is_empty() { Value::list([]) } else { Value::list(text.split('\n').map(Value::from)) }
    }

    /// The files whose paths match a pattern.
    fn glob(&self, pattern: &str) -> Result<Value, String> {
        let pattern = as_regex(pattern)?;
        let matching = self.0.iter().filter(|(path, _)| pattern.is_match(path));
        Ok(Value::object(Self(matching.map(|(path, text)| (path.clone(), text.clone())).collect())))
    }

    /// The `data` of a ConfigMap that holds the files.
    fn as_config(&self) -> Result<Value, String> {
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let data = self.0.iter().map(|(path, text)| (name(path), text.as_str().unwrap_or_default().into()));
        let data: serde_json::Map<String, Json> = data.collect();
        if data.is_empty() {
            return Ok("".into());
        }
        let text = yaml::text(&data.into()).map_err(|error| error.to_string())?;
        Ok(text.trim_end_matches('\n').into())
    }
}

impl Object for Files {
    fn call(&self, name: &str, args: &[Value]) -> Result<Value, String> {
        match (name, args) {
            ("Get" | "GetBytes", [Value::Str(path)]) => Ok(self.text(path).into()),
            ("Lines", [Value::Str(path)]) => Ok(self.lines(path)),
            ("Glob", [Value::Str(pattern)]) => self.glob(pattern),
            ("AsConfig", []) => self.as_config(),
            ("Get" | "GetBytes" | "Lines" | "Glob", _) => Err(format!("Files.{name} wants one text")),
            _ => Err(format!("Files has no {name} here")),
        }
    }

    fn type_name(&self) -> &'static str {
        "engine.files"
    }

    fn value(&self) -> Value {
        Value::map(self.0.iter().map(|(path, text)| (path.as_str(), text.clone())))
    }

    fn truth(&self) -> bool {
        !self.0.is_empty()
    }
}

/// `*` and `?` stay within a folder, `**` does not; `{a,b}` is one of several.
fn as_regex(pattern: &str) -> Result<Regex, String> {
    let mut regex = String::from("^");
    let mut alternatives = 0;
    let mut rest = pattern.chars().peekable();
    while let Some(sign) = rest.next() {
        match sign {
            '*' if rest.next_if_eq(&'*').is_some() => regex.push_str(".*"),
            '*' => regex.push_str("[^/]*"),
            '?' => regex.push_str("[^/]"),
            '{' => {
                alternatives += 1;
                regex.push_str("(?:");
            }
            '}' if alternatives > 0 => {
                alternatives -= 1;
                regex.push(')');
            }
            ',' if alternatives > 0 => regex.push('|'),
            other => regex.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    regex.push('$');
    Regex::new(&regex).map_err(|_| format!("{pattern:?} is no pattern of files"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Value {
        let files = [
            ("Chart.yaml", "name: a"),
            ("templates/a.yaml", "t"),
            ("files/a.yaml", "a: 1\n"),
            ("files/sub/b.txt", "x\ny\n"),
        ];
        of(&files.into_iter().collect())
    }

    fn call(files: &Value, name: &str, argument: &str) -> Value {
        let Value::Object(files) = files else { panic!("an object") };
        files.call(name, &[argument.into()]).expect("an answer")
    }

    fn paths(files: &Value) -> Vec<String> {
        let Value::Object(files) = files else { panic!("an object") };
        let Value::Map(files) = files.value() else { panic!("a map") };
        files.keys().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn templates_and_chart_files_are_not_offered() {
        let files = files();
        assert_eq!(paths(&files), ["files/a.yaml", "files/sub/b.txt"]);
        assert_eq!(call(&files, "Get", "files/a.yaml").as_str(), Some("a: 1\n"));
        assert_eq!(call(&files, "Get", "templates/a.yaml").as_str(), Some(""));
        assert_eq!(call(&files, "Lines", "files/sub/b.txt").to_string(), "[x y]");
    }

    #[test]
    fn patterns_stay_within_a_folder() {
        let files = files();
        assert_eq!(paths(&call(&files, "Glob", "files/*")), ["files/a.yaml"]);
        assert_eq!(paths(&call(&files, "Glob", "files/**")), ["files/a.yaml", "files/sub/b.txt"]);
        assert_eq!(paths(&call(&files, "Glob", "files/{a,c}.yaml")), ["files/a.yaml"]);
        assert!(paths(&call(&files, "Glob", "files/?.txt")).is_empty());
    }
}
