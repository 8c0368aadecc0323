//! What a user may do by now: the authorizer hears of roles by watches.

use std::time::Duration;

use anyhow::Result;
use cluster::Cluster;
use serde_json::{Value, json};

/// Waits until `user` may do that, or may not: attributes are those of a SubjectAccessReview.
pub(crate) fn wait_for(cluster: &Cluster, user: &str, attributes: &Value, allowed: bool) -> Result<()> {
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
        "spec": {"user": user, "resourceAttributes": attributes},
    });
    cluster.eventually(Duration::from_secs(60), &format!("{user}: {attributes}: {allowed}"), |cluster| {
        let answer = cluster.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", &review)?;
        Ok((answer["status"]["allowed"] == allowed).then_some(()))
    })
}
