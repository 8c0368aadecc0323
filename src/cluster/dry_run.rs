//! Dry runs: the API server goes through everything, admission included, and writes nothing.

use kube::api::{Patch, PatchParams, PostParams};
use kube::core::Request;
use serde_json::Value;

use super::write::FIELD_MANAGER;
use super::{Cluster, Kinds, Refused};
use crate::error::{Error, Result};
use crate::object::{Object, ObjectId};

/// What would be there, or who would not have it and why.
pub type Tried = std::result::Result<Object, Refused>;

impl Cluster {
    /// What a server-side apply of `body` would make of what is there.
    ///
    /// # Errors
    /// Cluster errors; not that the object is refused.
    pub async fn try_apply(&self, kinds: &Kinds, body: &Object, force: bool) -> Result<Tried> {
        let id = body.id();
        let params = PatchParams { force, dry_run: true, ..PatchParams::apply(FIELD_MANAGER) };
        self.try_patch(kinds, &id, &params, &Patch::Apply(body.value())).await
    }

    /// What a JSON patch (RFC 6902) would make of what is there.
    ///
    /// # Errors
    /// As [`Cluster::try_apply`].
    pub async fn try_json_patch(&self, kinds: &Kinds, id: &ObjectId, patch: &Value) -> Result<Tried> {
        let patch: json_patch::Patch = serde_json::from_value(patch.clone())
            .map_err(|error| Error::failed("client", format!("cannot try {id}")).caused_by(error))?;
        let manager = Some(FIELD_MANAGER.to_owned());
        let params = PatchParams { dry_run: true, field_manager: manager, ..PatchParams::default() };
        self.try_patch(kinds, id, &params, &Patch::<Value>::Json(patch)).await
    }

    async fn try_patch<P: serde::Serialize + std::fmt::Debug>(
        &self,
        kinds: &Kinds,
        id: &ObjectId,
        params: &PatchParams,
        patch: &Patch<P>,
    ) -> Result<Tried> {
        let request = Request::new(kinds.collection(id)?);
        self.tried(id, || request.patch(&id.name, params, patch)).await
    }

    /// What a creation of `body`, which must not exist, would make.
    ///
    /// # Errors
    /// As [`Cluster::try_apply`].
    pub async fn try_create(&self, kinds: &Kinds, body: &Object) -> Result<Tried> {
        let (id, bytes) = (body.id(), body.value().to_string().into_bytes());
        let request = Request::new(kinds.collection(&id)?);
        self.tried(&id, || request.create(&dry_run(), bytes.clone())).await
    }

    /// What a replacement by `body` would make of what is there.
    ///
    /// # Errors
    /// As [`Cluster::try_apply`].
    pub async fn try_replace(&self, kinds: &Kinds, body: &Object) -> Result<Tried> {
        let (id, bytes) = (body.id(), body.value().to_string().into_bytes());
        let request = Request::new(kinds.collection(&id)?);
        self.tried(&id, || request.replace(&id.name, &dry_run(), bytes.clone())).await
    }

    async fn tried(
        &self,
        id: &ObjectId,
        request: impl Fn() -> std::result::Result<http::Request<Vec<u8>>, kube::core::request::Error>,
    ) -> Result<Tried> {
        let tried = self
            .retried(&format!("try {id}"), || async {
                let request = request().map_err(kube::Error::BuildRequest)?;
                match self.client.request::<Value>(request).await {
                    Ok(there) => Ok(Ok(there)),
                    Err(error) => Refused::of(&error).map(Err).ok_or(error),
                }
            })
            .await?;
        match tried {
            Ok(there) => Object::new(there).map(Ok),
            Err(refused) => Ok(Err(refused)),
        }
    }
}

fn dry_run() -> PostParams {
    PostParams { dry_run: true, field_manager: Some(FIELD_MANAGER.to_owned()) }
}
