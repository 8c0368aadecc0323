//! What one IstioOperator installs: told from others by its name, its revision and the namespace of the control plane, as
//! istioctl tells them.

use std::fmt;

use serde_json::Value;

use super::DEFAULT;

/// Where the control plane is unless somebody says otherwise.
const USUAL_NAMESPACE: &str = "istio-system";

/// One installation. There may be several of one revision: a control plane, and gateways in files of their own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Installation {
    /// The namespace of the control plane, where its records are.
    pub namespace: String,
    /// Its revision, `default` for the one without a name.
    pub revision: String,
    /// `metadata.name` of its IstioOperator; none where that has none.
    pub name: Option<String>,
}

impl Installation {
    /// The one without a name.
    pub fn unnamed(revision: &str, namespace: &str) -> Self {
        let revision = if revision.is_empty() { DEFAULT } else { revision };
        Self { namespace: namespace.to_owned(), revision: revision.to_owned(), name: None }
    }

    /// The one that merged inputs are about; `namespace` where they name none. Of several files the last name counts, as
    /// of every other value.
    pub fn of(inputs: &Value, namespace: &str) -> Self {
        let text = |pointer: &str| inputs.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
        let revision = text("/spec/values/revision").or_else(|| text("/spec/revision")).unwrap_or(DEFAULT);
        let namespace = text("/spec/values/global/istioNamespace").unwrap_or(namespace);
        Self { name: text("/metadata/name").map(str::to_owned), ..Self::unnamed(revision, namespace) }
    }

    /// Whether that is what `--installation` says: its name, or nothing for the one without.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.as_deref().unwrap_or_default() == name
    }

    /// How several are called beside each other. One without a name is called by its revision, which another may be named.
    pub fn names<'i>(all: impl IntoIterator<Item = &'i Self> + Clone) -> Vec<String> {
        let is_ambiguous = |one: &Self| {
            let mut all = all.clone().into_iter();
            one.name.is_none() && all.any(|other| other.name.is_some() && other.revision == one.revision)
        };
        let called =
            |one: &'i Self| if is_ambiguous(one) { format!("{one} (without a name)") } else { one.to_string() };
        all.clone().into_iter().map(called).collect()
    }

    /// The flags by which commands name it, as to be typed.
    pub fn flags(&self) -> String {
        let revision = format!("--revision {}", self.revision);
        self.name.as_ref().map_or(revision.clone(), |name| format!("{revision} --installation {name}"))
    }
}

/// `default`, `canary`, `gw (revision 1-30)`, each with the namespace where that is not the usual one.
impl fmt::Display for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} (revision {})", self.revision)?,
            None => f.write_str(&self.revision)?,
        }
        if self.namespace == USUAL_NAMESPACE { Ok(()) } else { write!(f, " in namespace {}", self.namespace) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_without_a_name_is_told_from_those_with_one() {
        let unnamed = Installation::unnamed("default", "istio-system");
        let named = Installation { name: Some("default".to_owned()), ..unnamed.clone() };
        let other = Installation::unnamed("canary", "istio-system");
        assert_eq!(
            Installation::names([&unnamed, &named, &other]),
            ["default (without a name)", "default (revision default)", "canary"]
        );
        assert_eq!(Installation::names([&unnamed, &other]), ["default", "canary"]);
        assert!(unnamed.is_called("") && !unnamed.is_called("default"));
        assert!(named.is_called("default") && !named.is_called(""));
    }

    #[test]
    fn inputs_say_which_installation_they_are_about() {
        let table = [
            (json!({}), "default", "--revision default"),
            (json!({"metadata": {"name": ""}, "spec": {"revision": ""}}), "default", "--revision default"),
            (json!({"spec": {"revision": "canary"}}), "canary", "--revision canary"),
            (
                json!({"metadata": {"name": "gw"}, "spec": {"values": {"revision": "1-30"}}}),
                "gw (revision 1-30)",
                "--revision 1-30 --installation gw",
            ),
            (
                json!({"metadata": {"name": "gw"}, "spec": {"values": {"global": {"istioNamespace": "b"}}}}),
                "gw (revision default) in namespace b",
                "--revision default --installation gw",
            ),
        ];
        for (inputs, shown, flags) in table {
            let installation = Installation::of(&inputs, "istio-system");
            assert_eq!((installation.to_string().as_str(), installation.flags().as_str()), (shown, flags), "{inputs}");
        }
        assert_eq!(Installation::of(&json!({}), "b"), Installation::unnamed("default", "b"));
    }
}
