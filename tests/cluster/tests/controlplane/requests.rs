//! Every request is on record.

use cluster::{Cluster, TEST_AGENT};
use serde_json::json;

#[test]
fn requests_are_recorded_between_marks() {
    let cluster = Cluster::start().unwrap();
    let before = cluster.mark().unwrap();
    let map = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "one" } });
    cluster.create("/api/v1/namespaces/default/configmaps", &map).unwrap();
    cluster.get("/api/v1/namespaces/default/configmaps/one").unwrap();
    let between = cluster.mark().unwrap();
    cluster
        .create(
            "/api/v1/namespaces/default/configmaps?dryRun=All",
            &json!({
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "two" },
            }),
        )
        .unwrap();
    let _ = cluster.get("/api/v1/namespaces/default/configmaps/three");

    let all = cluster.requests_since(before).unwrap().by_agent(TEST_AGENT);
    assert_eq!(all.count(), 4, "{}", all.lines());
    let writes = all.clone().mutating();
    assert_eq!(writes.lines(), "create /api/v1/namespaces/default/configmaps 201\n");
    let write = &writes.all()[0];
    assert_eq!((write.user.as_str(), write.resource.as_str(), write.name.as_str()), ("admin", "configmaps", "one"));
    let after = cluster.requests_since(between).unwrap().by_agent(TEST_AGENT);
    let codes: Vec<u16> = after.all().iter().map(|request| request.code).collect();
    assert_eq!(codes, [201, 404], "{}", after.lines());
    assert!(cluster.requests().unwrap().count() > all.count(), "the components' own are there too");
}
