//! Objects by their path, for tests that want little: no types, no discovery.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use http::Request;
use serde_json::{Value, json};

use super::Cluster;

/// The field manager of a test's own writes.
const MANAGER: &str = "test";

/// How long the controllers may take for a namespace.
const CONTROLLERS: Duration = Duration::from_secs(120);

impl Cluster {
    /// What the API server has at a path, such as `/api/v1/namespaces/default/pods?labelSelector=app%3Dx`.
    ///
    /// # Errors
    /// The API server refuses, or has no such thing.
    pub fn get(&self, path: &str) -> Result<Value> {
        self.send("GET", path, None, "application/json")
    }

    /// The same, or `None` where it answers 404.
    ///
    /// # Errors
    /// The API server refuses.
    pub fn get_opt(&self, path: &str) -> Result<Option<Value>> {
        match self.get(path) {
            Ok(value) => Ok(Some(value)),
            Err(cause) if status_code(&cause) == Some(404) => Ok(None),
            Err(cause) => Err(cause),
        }
    }

    /// The `items` of a list.
    ///
    /// # Errors
    /// The API server refuses.
    pub fn list(&self, path: &str) -> Result<Vec<Value>> {
        match self.get(path)?["items"].take() {
            Value::Array(items) => Ok(items),
            _ => bail!("{path} is no list"),
        }
    }

    /// Creates an object in a collection.
    ///
    /// # Errors
    /// The API server refuses.
    pub fn create(&self, collection: &str, object: &Value) -> Result<Value> {
        self.send("POST", collection, Some(object), "application/json")
    }

    /// Replaces an object, whatever was written to it since it was read: controllers write at any time.
    ///
    /// # Errors
    /// The API server refuses, as it does for kinds of CRDs, which cannot be replaced so.
    pub fn replace(&self, path: &str, object: &Value) -> Result<Value> {
        let mut object = object.clone();
        if let Some(Value::Object(metadata)) = object.get_mut("metadata") {
            metadata.remove("resourceVersion");
        }
        self.send("PUT", path, Some(&object), "application/json")
    }

    /// Merges a patch (RFC 7386) into an object.
    ///
    /// # Errors
    /// The API server refuses.
    pub fn merge(&self, path: &str, patch: &Value) -> Result<Value> {
        self.send("PATCH", path, Some(patch), "application/merge-patch+json")
    }

    /// Applies an object server-side as this manager, with force.
    ///
    /// # Errors
    /// The API server refuses.
    pub fn apply_as(&self, manager: &str, path: &str, object: &Value) -> Result<Value> {
        let path = format!("{path}?fieldManager={manager}&force=true");
        self.send("PATCH", &path, Some(object), "application/apply-patch+yaml")
    }

    /// Applies an object server-side.
    ///
    /// # Errors
    /// The API server refuses.
    pub fn apply(&self, path: &str, object: &Value) -> Result<Value> {
        self.apply_as(MANAGER, path, object)
    }

    /// Deletes an object, with what it owns.
    ///
    /// # Errors
    /// The API server refuses, or has no such thing.
    pub fn delete(&self, path: &str) -> Result<Value> {
        self.send("DELETE", path, None, "application/json")
    }

    /// The text at a path that is no object, such as a pod's `/log`.
    ///
    /// # Errors
    /// The API server refuses.
    pub fn text(&self, path: &str) -> Result<String> {
        self.with_client(async |client| {
            let request = Request::get(path).body(Vec::new()).context("no request")?;
            client.request_text(request).await.with_context(|| format!("GET {path}"))
        })
        .map_err(|cause| self.explained(cause))
    }

    /// Looks every 50 ms until `look` finds something, and returns it.
    ///
    /// # Errors
    /// Nothing was found in time (`what` is in the message), or looking failed.
    pub fn eventually<T>(
        &self,
        within: Duration,
        what: &str,
        mut look: impl FnMut(&Self) -> Result<Option<T>>,
    ) -> Result<T> {
        let started = Instant::now();
        loop {
            if let Some(found) = look(self)? {
                return Ok(found);
            }
            if started.elapsed() > within {
                bail!("within {within:?} there was no {what}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Makes a namespace, and waits until the controllers have put into it what every namespace has: pods are refused
    /// before its service account is there, and a picture of the cluster taken before its ConfigMap lacks that.
    ///
    /// # Errors
    /// The API server refuses, or the controllers did nothing for two minutes.
    pub fn create_namespace(&self, name: &str, labels: &Value) -> Result<()> {
        let metadata = json!({"name": name, "labels": labels});
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata});
        self.create("/api/v1/namespaces", &namespace)?;
        self.wait_for_namespace(name)
    }

    /// The second half of [`Self::create_namespace`], for a namespace that somebody else has made.
    ///
    /// # Errors
    /// The same.
    pub fn wait_for_namespace(&self, name: &str) -> Result<()> {
        for part in ["serviceaccounts/default", "configmaps/kube-root-ca.crt"] {
            let path = format!("/api/v1/namespaces/{name}/{part}");
            self.eventually(CONTROLLERS, &path, |cluster| cluster.get_opt(&path))?;
        }
        Ok(())
    }

    /// Waits until a Deployment has all its replicas available and updated.
    ///
    /// # Errors
    /// It has not in time; the message has its status.
    pub fn wait_for_deployment(&self, namespace: &str, name: &str, within: Duration) -> Result<()> {
        let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments/{name}");
        let ready = |cluster: &Self| {
            let found = cluster.get(&path)?;
            let status = &found["status"];
            let wanted = found["spec"]["replicas"].as_u64().unwrap_or(1);
            let all = |key: &str| status[key].as_u64().unwrap_or(0) == wanted;
            let seen = status["observedGeneration"] == found["metadata"]["generation"];
            Ok((seen && all("replicas") && all("updatedReplicas") && all("availableReplicas")).then_some(()))
        };
        self.eventually(within, &format!("available Deployment {namespace}/{name}"), ready).map_err(|cause| {
            let status = self.get(&path).map(|found| found["status"].to_string()).unwrap_or_default();
            cause.context(status)
        })
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>, content: &str) -> Result<Value> {
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.with_client(async |client| {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header(http::header::CONTENT_TYPE, content)
                .body(body)
                .context("no request")?;
            client.request(request).await.with_context(|| format!("{method} {path}"))
        })
        .map_err(|cause| self.explained(cause))
    }

    /// The same error, with why the cluster broke down where nothing answered because of that.
    fn explained(&self, cause: anyhow::Error) -> anyhow::Error {
        match status_code(&cause).is_none().then(|| self.status()) {
            Some(Err(why)) => cause.context(format!("{why:#}")),
            _ => cause,
        }
    }
}

/// The HTTP status of an API server's refusal.
pub fn status_code(cause: &anyhow::Error) -> Option<u16> {
    cause.chain().find_map(|cause| match cause.downcast_ref::<kube::Error>() {
        Some(kube::Error::Api(status)) => Some(status.code),
        _ => None,
    })
}
