//! What we may do, asked of the API server itself.

use kube::api::PostParams;
use kube::core::Request;
use serde_json::{Value, json};

use super::Cluster;
use crate::error::Result;

/// Something one may be allowed to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deed {
    /// `create`, `patch`, …
    pub verb: &'static str,
    /// The API group, empty for the core group.
    pub group: String,
    /// The path segment of the kind, such as `deployments`.
    pub resource: String,
    /// The namespace; none for the whole cluster.
    pub namespace: Option<String>,
}

/// `create deployments.apps in namespace istio-system`.
impl std::fmt::Display for Deed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let dot = if self.group.is_empty() { "" } else { "." };
        write!(f, "{} {}{dot}{}", self.verb, self.resource, self.group)?;
        self.namespace.as_ref().map_or(Ok(()), |namespace| write!(f, " in namespace {namespace}"))
    }
}

/// Everything we may do in one namespace and in the cluster as a whole, as far as the API server can list it.
#[derive(Debug, Clone)]
pub struct Rights {
    rules: Vec<Value>,
    /// Whether an authorizer could not list its rules: then more may be allowed than is known.
    incomplete: bool,
}

impl Rights {
    /// Whether we may do `deed`; true where it is not known.
    pub fn allow(&self, deed: &Deed) -> bool {
        let has = |rule: &Value, field: &str, word: &str| {
            rule[field].as_array().into_iter().flatten().any(|one| one == "*" || one == word)
        };
        self.incomplete
            || self.rules.iter().any(|rule| {
                has(rule, "verbs", deed.verb)
                    && has(rule, "apiGroups", &deed.group)
                    && has(rule, "resources", &deed.resource)
            })
    }
}

impl Cluster {
    /// What we may do in `namespace` and in the cluster as a whole, by one request (a SelfSubjectRulesReview, which
    /// everybody may ask for).
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn rights(&self, namespace: &str) -> Result<Rights> {
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectRulesReview",
            "spec": { "namespace": namespace },
        });
        let answer = self.review("selfsubjectrulesreviews", &review, "ask what we may do").await?;
        let rules = answer["status"]["resourceRules"].as_array().cloned().unwrap_or_default();
        Ok(Rights { rules, incomplete: answer["status"]["incomplete"] == true })
    }

    async fn review(&self, resource: &str, review: &Value, what: &str) -> Result<Value> {
        let bytes = review.to_string().into_bytes();
        let request = Request::new(format!("/apis/authorization.k8s.io/v1/{resource}"));
        self.retried(what, || async {
            let request = request.create(&PostParams::default(), bytes.clone()).map_err(kube::Error::BuildRequest)?;
            self.client.request::<Value>(request).await
        })
        .await
    }

    /// Whether we may do `deed` (a SelfSubjectAccessReview, which everybody may ask for).
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn may(&self, deed: &Deed) -> Result<bool> {
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": { "resourceAttributes": {
                "verb": deed.verb, "group": deed.group, "resource": deed.resource,
                "namespace": deed.namespace.as_deref().unwrap_or_default(),
            } },
        });
        let what = format!("ask whether we may {deed}");
        let answer = self.review("selfsubjectaccessreviews", &review, &what).await?;
        Ok(answer["status"]["allowed"] == true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_allow_what_they_name() {
        let rights = |rules: Value, incomplete: bool| Rights {
            rules: rules.as_array().cloned().unwrap_or_default(),
            incomplete,
        };
        let deed =
            Deed { verb: "patch", group: "apps".to_owned(), resource: "deployments".to_owned(), namespace: None };
        let rule = |verb: &str, group: &str, resource: &str| json!([{"verbs": [verb], "apiGroups": [group], "resources": [resource]}]);
        let table = [
            (rule("*", "*", "*"), true),
            (rule("patch", "apps", "deployments"), true),
            (rule("get", "apps", "deployments"), false),
            (rule("patch", "", "deployments"), false),
            (rule("patch", "apps", "pods"), false),
            (json!([]), false),
        ];
        for (rules, allowed) in table {
            assert_eq!(rights(rules.clone(), false).allow(&deed), allowed, "{rules}");
        }
        assert!(rights(json!([]), true).allow(&deed));
        assert_eq!(deed.to_string(), "patch deployments.apps");
    }
}
