//! A cluster as far as it was looked at.

use serde_json::Value;
use tokio::sync::OnceCell;

use super::picture;
use super::planes;
use crate::cluster::{Cluster, Kinds};
use crate::error::Result;
use crate::istio::Picture;
use crate::plan::revisions::Revisions;

/// What is known of a cluster: each thing is read when it is first asked for, and once. What may be long is not kept here
/// but handed on a page at a time.
pub struct View<'a> {
    pub(super) cluster: &'a Cluster,
    version: OnceCell<String>,
    kinds: OnceCell<Kinds>,
    webhooks: OnceCell<Vec<Value>>,
    picture: OnceCell<Picture>,
}

impl<'a> View<'a> {
    /// Nothing is read yet.
    pub fn of(cluster: &'a Cluster) -> Self {
        Self {
            cluster,
            version: OnceCell::new(),
            kinds: OnceCell::new(),
            webhooks: OnceCell::new(),
            picture: OnceCell::new(),
        }
    }

    /// The cluster.
    pub fn cluster(&self) -> &'a Cluster {
        self.cluster
    }

    /// The version of Kubernetes: the cheapest way to know that the cluster answers, and knows us.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn version(&self) -> Result<&str> {
        self.version.get_or_try_init(|| self.cluster.version()).await.map(String::as_str)
    }

    /// The kinds that are served, and those that every cluster serves.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn kinds(&self) -> Result<&Kinds> {
        self.kinds.get_or_try_init(async || Ok(self.cluster.kinds().await?.and_built_in())).await
    }

    /// Who uses which revision, whatever was installed by whom.
    ///
    /// # Errors
    /// Cluster errors; workloads without pods and Gateways that may not be listed are named in it.
    pub async fn picture(&self) -> Result<&Picture> {
        self.picture.get_or_try_init(|| picture::read(self.cluster)).await
    }

    /// The MutatingWebhookConfigurations.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn webhooks(&self) -> Result<&[Value]> {
        self.webhooks.get_or_try_init(|| planes::mutating_webhooks(self.cluster)).await.map(Vec::as_slice)
    }

    /// The revisions and tags that these webhooks inject for.
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn revisions(&self) -> Result<Revisions> {
        Ok(Revisions::of(self.webhooks().await?))
    }
}
