//! A file that lists clusters.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::file;
use crate::error::{Error, Result};
use crate::inject::Selector;
use crate::yaml;

/// A cluster of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    /// Its context.
    pub context: String,
    /// The kubeconfig file that has it, where the list says so: a path relative to the list.
    pub kubeconfig: Option<PathBuf>,
    /// What is set there beside what the command line says, each a raw `path=value`.
    pub sets: Vec<String>,
}

/// What clusters are called: by their contexts; where several have one, each by its kubeconfig file, too.
pub fn names(members: &[Member]) -> Vec<String> {
    let name = |one: &Member| {
        let is_shared = members.iter().filter(|other| other.context == one.context).count() > 1;
        match &one.kubeconfig {
            Some(file) if is_shared => format!("{} ({})", one.context, file.display()),
            _ => one.context.clone(),
        }
    };
    members.iter().map(name).collect()
}

/// Reads a list of clusters, and of those the ones that `selector` takes.
///
/// # Errors
/// Those of the file; `bad-contexts` (usage) with the place; `bad-selector` and `no-context` (usage).
pub fn contexts(path: &Path, selector: Option<&str>) -> Result<Vec<Member>> {
    let source = file(path)?;
    let selector = selector.map(Selector::parse).transpose().map_err(|why| {
        Error::usage("bad-selector", format!("--context-selector: {why}"))
            .hint("write labels as kubectl takes them, such as env=prod,region!=eu")
    })?;
    let found = read(&source.name, &source.text, path.parent().unwrap_or(Path::new("")), selector.as_ref())?;
    if found.is_empty() {
        return Err(Error::usage("no-context", format!("{}: no cluster is selected", source.name))
            .hint("look at the labels in the file, and at --context-selector"));
    }
    Ok(found)
}

fn read(name: &str, text: &str, folder: &Path, selector: Option<&Selector>) -> Result<Vec<Member>> {
    let document = yaml::document(name, text)?;
    let list = document
        .get("clusters")
        .and_then(Value::as_array)
        .ok_or_else(|| bad(name, "there is no list under `clusters`"))?;
    if let Some(other) = document.as_object().and_then(|map| map.keys().find(|key| *key != "clusters")) {
        return Err(bad(name, &format!("`{other}` is not `clusters`")));
    }
    let mut found = Vec::new();
    for (number, one) in list.iter().enumerate() {
        let place = format!("{name}: clusters[{number}]");
        let (member, labels) = member(&place, one, folder)?;
        if selector.is_none_or(|selector| selector.matches(&labels)) {
            found.push(member);
        }
    }
    Ok(found)
}

fn bad(place: &str, why: &str) -> Error {
    Error::usage("bad-contexts", format!("{place}: {why}")).hint(
        "a list is: clusters: [{context: prod-eu, labels: {env: prod}, set: [values.global.network=eu], kubeconfig: FILE}]",
    )
}

fn member(place: &str, one: &Value, folder: &Path) -> Result<(Member, Map<String, Value>)> {
    let map = one.as_object().ok_or_else(|| bad(place, "this is no map"))?;
    let (mut member, mut labels) = (Member::default(), Map::new());
    let text = |key: &str, value: &Value| {
        let text = value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        text.ok_or_else(|| bad(place, &format!("`{key}` has to be text")))
    };
    for (key, value) in map {
        match (key.as_str(), value) {
            ("context", value) => member.context = text(key, value)?,
            ("kubeconfig", value) => member.kubeconfig = Some(folder.join(text(key, value)?)),
            ("labels", Value::Object(map)) => {
                for (name, value) in map {
                    labels.insert(name.clone(), text(&format!("labels.{name}"), value)?.into());
                }
            }
            ("set", Value::Array(list)) => {
                member.sets = list.iter().map(|value| text("set", value)).collect::<Result<_>>()?;
            }
            ("labels", _) => return Err(bad(place, "`labels` has to be a map")),
            ("set", _) => return Err(bad(place, "`set` has to be a list of PATH=VALUE")),
            (other, _) => return Err(bad(place, &format!("`{other}` is none of context, kubeconfig, labels, set"))),
        }
    }
    if member.context.is_empty() {
        return Err(bad(place, "it gives no `context`"));
    }
    Ok((member, labels))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const LIST: &str = "
clusters:
- context: prod-eu
  labels: {env: prod, region: eu}
  set: [values.global.network=eu]
- context: prod-us
  kubeconfig: us.yaml
  labels: {env: prod, region: us}
- context: test
";

    #[test]
    fn labels_say_which() {
        let names = |selector: Option<&str>| {
            let selector = selector.map(|text| Selector::parse(text).unwrap());
            let found = read("f", LIST, Path::new("dir"), selector.as_ref()).unwrap();
            found.iter().map(|one| one.context.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(None), ["prod-eu", "prod-us", "test"]);
        assert_eq!(names(Some("env=prod")), ["prod-eu", "prod-us"]);
        assert_eq!(names(Some("env=prod,region!=eu")), ["prod-us"]);
        assert_eq!(names(Some("!env")), ["test"]);
        let all = read("f", LIST, Path::new("dir"), None).unwrap();
        assert_eq!(all[0].sets, ["values.global.network=eu"]);
        assert_eq!(all[1].kubeconfig.as_deref(), Some(Path::new("dir/us.yaml")));
    }

    #[test]
    fn clusters_of_one_name_are_told_apart_by_their_files() {
        let list = "clusters: [{context: admin, kubeconfig: a.yaml}, {context: admin, kubeconfig: b.yaml}, {context: c, kubeconfig: b.yaml}]";
        let all = read("f", list, Path::new(""), None).unwrap();
        assert_eq!(names(&all), ["admin (a.yaml)", "admin (b.yaml)", "c"]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let table = [
            ("clusters: 3", "no list under `clusters`"),
            ("clusters: []\nmore: 1", "`more` is not"),
            ("clusters: [a]", "f: clusters[0]: this is no map"),
            ("clusters: [{context: a}, {labels: {}}]", "f: clusters[1]: it gives no `context`"),
            ("clusters: [{context: [a]}]", "`context` has to be text"),
            ("clusters: [{context: a, labels: {x: 1}}]", "`labels.x` has to be text"),
            ("clusters: [{context: a, labels: x}]", "`labels` has to be a map"),
            ("clusters: [{context: a, set: x=y}]", "`set` has to be a list"),
            ("clusters: [{context: a, namespace: b}]", "`namespace` is none of"),
        ];
        for (text, wanted) in table {
            let error = read("f", text, Path::new(""), None).unwrap_err();
            assert!(error.to_string().contains(wanted), "{text}: {error}");
        }
    }
}
