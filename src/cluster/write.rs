//! The writes: an apply, a JSON patch, a create, a replace, a delete.

use kube::api::{DeleteParams, Patch, PatchParams, PostParams, Preconditions};
use kube::core::Request;
use serde_json::Value;

use super::failure::is_gone;
use super::{Cluster, Kinds};
use crate::error::{Error, Result};
use crate::object::{Object, ObjectId};

/// The name under which we own fields.
pub(super) const FIELD_MANAGER: &str = "mesh";

/// How a write is sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Write {
    /// Take fields over from other managers.
    pub force: bool,
    /// Only ask what would happen.
    pub dry_run: bool,
}

/// An object as it was at some time.
#[derive(Debug, Clone, Default)]
pub struct Version {
    uid: Option<String>,
    resource_version: Option<String>,
}

impl Version {
    /// As `object` is.
    pub fn of(object: &Object) -> Self {
        let text = |pointer: &str| object.text(pointer).map(str::to_owned);
        Self { uid: text("/metadata/uid"), resource_version: text("/metadata/resourceVersion") }
    }
}

impl Cluster {
    /// Server-side apply of `body`, giving what is live afterwards.
    ///
    /// # Errors
    /// `conflict` with the managers and fields the server names, `refused`, cluster errors.
    pub async fn apply(&self, kinds: &Kinds, body: &Object, write: Write) -> Result<Object> {
        let id = body.id();
        let request = Request::new(kinds.collection(&id)?);
        let params = PatchParams { force: write.force, dry_run: write.dry_run, ..PatchParams::apply(FIELD_MANAGER) };
        let patch = Patch::Apply(body.value());
        let what = format!("apply {id}");
        let applied = self
            .retried(&what, || async {
                let request = request.patch(&id.name, &params, &patch).map_err(kube::Error::BuildRequest)?;
                self.client.request::<Value>(request).await
            })
            .await?;
        Object::new(applied)
    }

    /// A JSON patch (RFC 6902), giving what is live afterwards. Not repeated after it may have reached the server, unless it
    /// asks for a version first: then it is done once at most.
    ///
    /// # Errors
    /// As [`Cluster::apply`]; a failed `test` operation is `refused`.
    pub async fn json_patch(&self, kinds: &Kinds, id: &ObjectId, patch: Value) -> Result<Object> {
        self.json_patch_as(kinds, id, patch, FIELD_MANAGER).await
    }

    /// The same in the name of another field manager: what it adds is not ours to change with the next apply.
    ///
    /// # Errors
    /// As [`Cluster::json_patch`].
    pub async fn json_patch_as(&self, kinds: &Kinds, id: &ObjectId, patch: Value, manager: &str) -> Result<Object> {
        let what = format!("patch {id}");
        let first = &patch[0];
        let is_guarded = first["op"] == "test" && first["path"] == "/metadata/resourceVersion";
        let patch: json_patch::Patch = serde_json::from_value(patch)
            .map_err(|error| Error::failed("client", format!("cannot {what}")).caused_by(error))?;
        let params = PatchParams { field_manager: Some(manager.to_owned()), ..PatchParams::default() };
        let (request, patch) = (Request::new(kinds.collection(id)?), Patch::<Value>::Json(patch));
        let attempt = || async {
            let request = request.patch(&id.name, &params, &patch).map_err(kube::Error::BuildRequest)?;
            self.client.request::<Value>(request).await
        };
        let patched = if is_guarded { self.retried(&what, attempt).await } else { self.once(&what, attempt).await }?;
        Object::new(patched)
    }

    /// Creates an object, which must not exist.
    ///
    /// # Errors
    /// `conflict` where it exists, perhaps by an earlier try of this very request whose answer was lost; as
    /// [`Cluster::apply`].
    pub async fn create(&self, kinds: &Kinds, body: &Object, write: Write) -> Result<Object> {
        let id = body.id();
        let what = if write.dry_run { format!("try {id}") } else { format!("create {id}") };
        let request = Request::new(kinds.collection(&id)?);
        let params = PostParams { dry_run: write.dry_run, field_manager: Some(FIELD_MANAGER.to_owned()) };
        let bytes = body.value().to_string().into_bytes();
        let created = self
            .retried(&what, || async {
                let request = request.create(&params, bytes.clone()).map_err(kube::Error::BuildRequest)?;
                self.client.request::<Value>(request).await
            })
            .await?;
        Object::new(created)
    }

    /// Replaces an object; `metadata.resourceVersion` of `body` guards against changes in between.
    ///
    /// # Errors
    /// `conflict` where it changed in between, perhaps by an earlier try of this very request whose answer was lost; as
    /// [`Cluster::apply`].
    pub async fn replace(&self, kinds: &Kinds, body: &Object) -> Result<Object> {
        let id = body.id();
        let what = format!("update {id}");
        let params = PostParams { dry_run: false, field_manager: Some(FIELD_MANAGER.to_owned()) };
        let request = Request::new(kinds.collection(&id)?);
        let bytes = body.value().to_string().into_bytes();
        let replaced = self
            .retried(&what, || async {
                let request = request.replace(&id.name, &params, bytes.clone()).map_err(kube::Error::BuildRequest)?;
                self.client.request::<Value>(request).await
            })
            .await?;
        Object::new(replaced)
    }

    /// Deletes an object, only while it has this uid where one is given; false where it was gone already.
    ///
    /// # Errors
    /// `conflict` where it is another one by now; as [`Cluster::apply`].
    pub async fn delete(&self, kinds: &Kinds, id: &ObjectId, uid: Option<&str>) -> Result<bool> {
        let version = Version { uid: uid.map(str::to_owned), resource_version: None };
        self.delete_version(kinds, id, &version).await
    }

    /// Deletes an object, only while it is as it was then; false where it was gone already.
    ///
    /// # Errors
    /// As [`Cluster::delete`].
    pub async fn delete_version(&self, kinds: &Kinds, id: &ObjectId, version: &Version) -> Result<bool> {
        let request = Request::new(kinds.collection(id)?);
        let mut params = DeleteParams::background();
        let Version { uid, resource_version } = version.clone();
        params.preconditions =
            (uid.is_some() || resource_version.is_some()).then_some(Preconditions { uid, resource_version });
        let what = format!("delete {id}");
        self.retried(&what, || async {
            let request = request.delete(&id.name, &params).map_err(kube::Error::BuildRequest)?;
            match self.client.request::<Value>(request).await {
                Err(error) if is_gone(&error) => Ok(false),
                other => other.map(|_| true),
            }
        })
        .await
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::super::fake;
    use super::*;
    use serde_json::json;

    /// How many requests a patch took where these are the answers, and whether it came to its end.
    fn patched(patch: &Value, answers: &[&str]) -> (usize, bool) {
        let there = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "x", "namespace": "a" } });
        let last = format!("{}{there}", fake::head("200 OK", "application/json"));
        let answers = answers.iter().map(|answer| (*answer).to_owned()).chain([last]).collect();
        let (done, asked) = fake::with(answers, async |cluster| {
            let id = ObjectId::new("v1", "ConfigMap", Some("a"), "x");
            cluster.json_patch(&Kinds::built_in(), &id, patch.clone()).await
        });
        (asked.len(), done.is_ok())
    }

    #[test]
    fn a_patch_is_sent_again_where_it_cannot_be_done_twice() {
        let busy = format!("{}slow down", fake::head("429 Too Many Requests", "text/plain"));
        let plain = json!([{ "op": "add", "path": "/data/list/-", "value": "b" }]);
        assert_eq!(patched(&plain, &[&busy]), (2, true));
        // Nobody knows whether it was done.
        assert_eq!(patched(&plain, &[""]), (1, false));
        let guarded = json!([{ "op": "test", "path": "/metadata/resourceVersion", "value": "7" }, plain[0]]);
        assert_eq!(patched(&guarded, &["", &busy]), (3, true));
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_asked_for_a_few_times() {
        let half = format!("{}{{\"apiVersion\":", fake::head("200 OK", "application/json"));
        let read = |damaged: usize| {
            let there = format!(
                "{}{}",
                fake::head("200 OK", "application/json"),
                json!({
                    "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "x", "namespace": "a" },
                })
            );
            let answers = std::iter::repeat_n(half.clone(), damaged).chain([there]).collect();
            fake::with(answers, async |cluster| {
                cluster.get(&Kinds::built_in(), &ObjectId::new("v1", "ConfigMap", Some("a"), "x")).await
            })
        };
        let (found, asked) = read(2);
        assert_eq!((found.unwrap().unwrap().name(), asked.len()), ("x", 3));
        let (refused, asked) = read(9);
        let error = refused.unwrap_err();
        assert_eq!((error.id(), error.hints().len(), asked.len()), ("unreadable-answer", 1, 4), "{error}");
    }
}
