//! What we may do, asked of the API server itself.

use kube::api::PostParams;
use kube::core::Request;
use serde_json::{Value, json};

use super::Cluster;
use crate::error::Result;
use crate::plan::access::Deed;

/// Everything we may do in one namespace and in the cluster as a whole, as far as the API server can list it.
#[derive(Debug, Clone)]
pub struct Rights {
    rules: Vec<Value>,
    /// Those about paths that are no resources.
    paths: Vec<Value>,
    /// Whether an authorizer could not list its rules: then more may be allowed than is known.
    incomplete: bool,
}

impl Rights {
    /// Whether we may do `deed`; true where it is not known.
    pub fn allow(&self, deed: &Deed) -> bool {
        self.permit(deed.verb, &deed.group, &deed.resource, deed.name.as_deref())
    }

    /// Whether every right that these rules of a role give is ours: then we may give it to others.
    pub fn cover(&self, rules: &[Value]) -> bool {
        rules.iter().all(|rule| self.covers(rule))
    }

    fn covers(&self, rule: &Value) -> bool {
        let each = |field: &str| texts(rule, field).collect::<Vec<_>>();
        let (groups, resources) = (each("apiGroups"), each("resources"));
        let mut names: Vec<Option<&str>> = texts(rule, "resourceNames").map(Some).collect();
        if names.is_empty() {
            names.push(None);
        }
        texts(rule, "verbs").all(|verb| {
            let of_group = |group: &&str| {
                resources.iter().all(|resource| names.iter().all(|name| self.permit(verb, group, resource, *name)))
            };
            groups.iter().all(of_group) && texts(rule, "nonResourceURLs").all(|path| self.permits_path(verb, path))
        })
    }

    fn permit(&self, verb: &str, group: &str, resource: &str, name: Option<&str>) -> bool {
        let is_named = |rule: &Value| {
            let mut names = texts(rule, "resourceNames").peekable();
            names.peek().is_none() || names.any(|one| Some(one) == name)
        };
        let permits = |rule: &Value| {
            has(rule, "verbs", verb)
                && has(rule, "apiGroups", group)
                && has(rule, "resources", resource)
                && is_named(rule)
        };
        self.incomplete || self.rules.iter().any(permits)
    }

    fn permits_path(&self, verb: &str, path: &str) -> bool {
        let fits = |known: &str| known == path || known.strip_suffix('*').is_some_and(|start| path.starts_with(start));
        let permits = |rule: &Value| has(rule, "verbs", verb) && texts(rule, "nonResourceURLs").any(fits);
        self.incomplete || self.paths.iter().any(permits)
    }
}

fn texts<'v>(rule: &'v Value, field: &str) -> impl Iterator<Item = &'v str> {
    rule[field].as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn has(rule: &Value, field: &str, word: &str) -> bool {
    texts(rule, field).any(|one| one == "*" || one == word)
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
        let rules = |field: &str| answer["status"][field].as_array().cloned().unwrap_or_default();
        let (rules, paths) = (rules("resourceRules"), rules("nonResourceRules"));
        Ok(Rights { rules, paths, incomplete: answer["status"]["incomplete"] == true })
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
        let (resource, part) = deed.resource.split_once('/').unwrap_or((&deed.resource, ""));
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": { "resourceAttributes": {
                "verb": deed.verb, "group": deed.group, "resource": resource, "subresource": part,
                "namespace": deed.namespace.as_deref().unwrap_or_default(),
                "name": deed.name.as_deref().unwrap_or_default(),
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

    fn rights(rules: &Value, incomplete: bool) -> Rights {
        let rules = rules.as_array().cloned().unwrap_or_default();
        let paths = rules.iter().filter(|rule| rule.get("nonResourceURLs").is_some()).cloned().collect();
        Rights { rules, paths, incomplete }
    }

    fn rule(verb: &str, group: &str, resource: &str) -> Value {
        json!([{"verbs": [verb], "apiGroups": [group], "resources": [resource]}])
    }

    #[test]
    fn rules_allow_what_they_name() {
        let deed = |name: Option<&str>| Deed {
            verb: "patch",
            group: "apps".to_owned(),
            resource: "deployments".to_owned(),
            namespace: None,
            name: name.map(str::to_owned),
        };
        let named = |name: &str| json!([{"verbs": ["patch"], "apiGroups": ["apps"], "resources": ["deployments"], "resourceNames": [name]}]);
        let table = [
            (rule("*", "*", "*"), [true, true]),
            (rule("patch", "apps", "deployments"), [true, true]),
            (named("a"), [false, true]),
            (named("b"), [false, false]),
            (rule("get", "apps", "deployments"), [false, false]),
            (rule("patch", "", "deployments"), [false, false]),
            (rule("patch", "apps", "pods"), [false, false]),
            (json!([]), [false, false]),
        ];
        for (rules, allowed) in table {
            let rights = rights(&rules, false);
            assert_eq!([None, Some("a")].map(|name| rights.allow(&deed(name))), allowed, "{rules}");
        }
        assert!(rights(&json!([]), true).allow(&deed(None)));
        assert_eq!(deed(None).to_string(), "patch deployments.apps");
    }

    #[test]
    fn who_has_every_right_of_a_role_may_give_it() {
        let role = json!([
            {"verbs": ["get", "list"], "apiGroups": ["", "apps"], "resources": ["pods"]},
            {"verbs": ["get"], "nonResourceURLs": ["/healthz/x"]},
        ]);
        let path = |path: &str| json!({"verbs": ["get"], "nonResourceURLs": [path]});
        let all = json!({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]});
        let some = json!({"verbs": ["*"], "apiGroups": [""], "resources": ["*"]});
        let one = json!({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "resourceNames": ["a"]});
        let table = [
            (json!([all, path("/healthz/*")]), true),
            (json!([all, path("/healthz/x")]), true),
            (json!([all, path("/healthz")]), false),
            (json!([some, path("*")]), false),
            (json!([one, path("*")]), false),
            (json!([]), false),
        ];
        for (rules, covered) in table {
            assert_eq!(rights(&rules, false).cover(role.as_array().map_or(&[], Vec::as_slice)), covered, "{rules}");
        }
        // Every right there is, only who has every right.
        let every = rule("*", "*", "*");
        let every = every.as_array().map_or(&[][..], Vec::as_slice);
        assert!(rights(&json!([all]), false).cover(every) && !rights(&json!([some]), false).cover(every));
    }
}
