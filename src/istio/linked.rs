//! Clusters of one mesh: the Secrets by which an istiod reads another cluster, and what stands between two clusters.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value, json};

use super::label;
use crate::error::Result;
use crate::object::Object;
use crate::oci::bare_host;
use crate::yaml;

/// The service account that an istiod elsewhere reads a cluster as.
pub const READER: &str = "istio-reader-service-account";
/// What a cluster is called that nobody has named (`CLUSTER_ID` of istiod).
pub const UNNAMED: &str = "Kubernetes";
/// istiod's word for a cluster that it has read.
pub const SYNCED: &str = "synced";

/// What an istiod is given to read another cluster by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemoteSecret {
    /// What the cluster is called.
    pub cluster: String,
    /// The namespace and the name of the Secret.
    pub secret: String,
    /// Its namespace.
    #[serde(skip)]
    pub namespace: String,
    /// The address of the API server.
    pub server: String,
    /// What is wrong with it, as far as it tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// What lets somebody in.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The certificate of the API server's CA, PEM in base64.
    pub authority: String,
    /// A token.
    pub token: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials")
    }
}

impl Credentials {
    /// Of a Secret of a service account; none while it is not filled in.
    pub fn of(secret: &Object) -> Option<Self> {
        let token = STANDARD.decode(secret.text("/data/token")?).ok()?;
        Some(Self { authority: secret.text("/data/ca.crt")?.to_owned(), token: String::from_utf8(token).ok()? })
    }
}

/// The Secret that the cluster's token controller fills in for [`READER`]. Called as istioctl calls it, so that both use one.
pub fn token_secret(namespace: &str) -> Result<Object> {
    Object::new(json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
        "metadata": {
            "name": format!("{READER}-istio-remote-secret-token"), "namespace": namespace,
            "annotations": {"kubernetes.io/service-account.name": READER},
        },
    }))
}

/// A kubeconfig with one cluster, called so, at this address.
pub fn kubeconfig(cluster: &str, server: &str, given: &Credentials) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": cluster,
        "clusters": [{"name": cluster, "cluster": {"certificate-authority-data": given.authority, "server": server}}],
        "users": [{"name": cluster, "user": {"token": given.token}}],
        "contexts": [{"name": cluster, "context": {"cluster": cluster, "user": cluster}}],
    })
}

/// The Secret by which an istiod in `namespace` reads a cluster: as `istioctl create-remote-secret` makes it.
///
/// # Errors
/// What cannot be written as YAML.
pub fn remote_secret(namespace: &str, cluster: &str, kubeconfig: &Value) -> Result<Object> {
    Object::new(json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {
            "name": format!("istio-remote-secret-{cluster}"), "namespace": namespace,
            "labels": {label::REMOTE: "true"}, "annotations": {label::CLUSTER: cluster},
        },
        "data": {cluster: STANDARD.encode(yaml::text(kubeconfig)?)},
    }))
}

/// The clusters that a Secret lets an istiod read: one a key.
pub fn remotes(secret: &Object) -> Vec<RemoteSecret> {
    let namespace = secret.namespace().unwrap_or_default();
    let data = secret.at("/data").and_then(Value::as_object).into_iter().flatten();
    data.map(|(cluster, packed)| {
        let text = packed.as_str().and_then(|packed| STANDARD.decode(packed).ok());
        let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
        // What it says is not told: it holds a token.
        let config = text.and_then(|text| yaml::document("kubeconfig", &text).ok());
        let server = config.as_ref().and_then(|config| config["clusters"][0]["cluster"]["server"].as_str());
        let server = server.unwrap_or_default().to_owned();
        let trouble = match &config {
            None => Some("it holds no kubeconfig".to_owned()),
            Some(_) if server.is_empty() => Some("its kubeconfig names no server".to_owned()),
            Some(_) if is_local(&server) => {
                Some(format!("{server} is an address of whoever asks it, not of the cluster"))
            }
            Some(_) => None,
        };
        let secret = format!("{namespace}/{}", secret.name());
        RemoteSecret { cluster: cluster.clone(), secret, namespace: namespace.to_owned(), server, trouble }
    })
    .collect()
}

/// Whether an address means the machine that asks it.
pub fn is_local(server: &str) -> bool {
    let rest = server.split_once("://").map_or(server, |(_, rest)| rest);
    let rest = rest.split(['/', '?']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = bare_host(rest);
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback() || address.is_unspecified(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

/// A gateway between networks: a Service that names the network it leads into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Crossing {
    /// The Service.
    pub service: String,
    /// Its network.
    pub network: String,
    /// Where it is reached from outside.
    pub addresses: Vec<String>,
}

impl Crossing {
    /// Of a Service with the label of a network.
    pub fn of(service: &Object) -> Option<Self> {
        let network = service.label(label::NETWORK)?.to_owned();
        let given = service.list("/status/loadBalancer/ingress").iter();
        let given = given.filter_map(|one| one["ip"].as_str().or_else(|| one["hostname"].as_str()));
        let written = service.list("/spec/externalIPs").iter().filter_map(Value::as_str);
        let addresses = given.chain(written).map(str::to_owned).collect();
        Some(Self { service: service.id().to_string(), network, addresses })
    }
}

/// A cluster as others of its mesh see it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Side {
    /// The context.
    pub context: String,
    /// What the mesh calls the cluster, where that is known.
    pub name: Option<String>,
    /// The mesh (`values.global.meshID`), where one is named.
    pub mesh: Option<String>,
    /// Its network, where one is named.
    pub network: Option<String>,
    /// The root certificate that its proxies trust.
    #[serde(skip)]
    pub root: Option<String>,
    /// Whether a control plane runs in it.
    pub has_plane: bool,
    /// Gateways into its network.
    pub crossings: Vec<Crossing>,
}

/// What came of a link in one direction.
#[derive(Debug)]
pub struct Admitted {
    /// The context whose istiod reads.
    pub reader: String,
    /// The context that is read.
    pub source: String,
    /// What lets it in.
    pub remote: RemoteSecret,
    /// Whether anything was written.
    pub written: bool,
    /// Why the address does not answer from here with these credentials.
    pub unanswered: Option<String>,
    /// What the istiod says of it; else why it cannot be asked.
    pub state: std::result::Result<String, String>,
}

/// What came of a link.
#[derive(Debug)]
pub struct Link {
    /// The two.
    pub sides: [Side; 2],
    /// Each direction.
    pub admitted: Vec<Admitted>,
    /// What keeps them from being one mesh all the same.
    pub troubles: Vec<String>,
}

/// What keeps two clusters from being one mesh, though each can be read by the other.
pub fn between(one: &Side, other: &Side) -> Vec<String> {
    let mut found = Vec::new();
    let pair = |of: fn(&Side) -> Option<&String>| of(one).zip(of(other)).filter(|(a, b)| a != b);
    if let Some((a, b)) = pair(|side| side.mesh.as_ref()) {
        found.push(format!(
            "{} is of mesh {a}, {} of mesh {b}: the values global.meshID have to be the same",
            one.context, other.context
        ));
    }
    if pair(|side| side.root.as_ref()).is_some() {
        found.push(format!(
            "the proxies of {} and {} trust different roots, and none accepts the other: give both control planes certificates \
             of one root (Secret cacerts)",
            one.context, other.context
        ));
    }
    if pair(|side| side.network.as_ref()).is_some() {
        found.extend([one, other].into_iter().filter_map(uncrossed));
    }
    if one.network.is_some() != other.network.is_some() {
        let (with, without) = if one.network.is_some() { (one, other) } else { (other, one) };
        found.push(format!(
            "{} is in network {} and {} in none: name its network, too (values.global.network)",
            with.context,
            with.network.as_deref().unwrap_or_default(),
            without.context
        ));
    }
    found
}

/// What is wrong with the way into the network of a cluster from others.
fn uncrossed(side: &Side) -> Option<String> {
    let network = side.network.as_ref()?;
    let ways: Vec<&Crossing> = side.crossings.iter().filter(|one| one.network == *network).collect();
    match ways.first() {
        None => Some(format!(
            "no gateway leads into network {network} of {}: an east-west gateway is a Service with the label {}={network}",
            side.context,
            label::NETWORK
        )),
        Some(first) if ways.iter().all(|one| one.addresses.is_empty()) => Some(format!(
            "{} of {}, the way into network {network}, has no address that is reached from outside",
            first.service, side.context
        )),
        Some(_) => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_whoever_asks_are_known() {
        for server in [
            "https://127.0.0.1:6443",
            "https://localhost",
            "http://u:p@kind.localhost:1/x",
            "https://[::1]:6443",
            "https://0.0.0.0:1",
        ] {
            assert!(is_local(server), "{server}");
        }
        for server in [
            "https://10.0.0.1:6443",
            "https://api.example.com",
            "https://[2001:db8::1]",
            "https://localhost.example.com",
        ] {
            assert!(!is_local(server), "{server}");
        }
    }

    #[test]
    fn what_is_made_is_read() {
        let given = Credentials { authority: STANDARD.encode("pem"), token: "t".to_owned() };
        let secret = remote_secret("istio-system", "two", &kubeconfig("two", "https://api.two:6443", &given)).unwrap();
        let wanted = RemoteSecret {
            cluster: "two".to_owned(),
            secret: "istio-system/istio-remote-secret-two".to_owned(),
            namespace: "istio-system".to_owned(),
            server: "https://api.two:6443".to_owned(),
            trouble: None,
        };
        assert_eq!(remotes(&secret), [wanted]);
        let mut local = remote_secret("n", "two", &kubeconfig("two", "https://127.0.0.1:1", &given)).unwrap();
        assert!(remotes(&local)[0].trouble.as_ref().unwrap().contains("127.0.0.1:1 is an address of whoever asks"));
        local.value_mut()["data"]["two"] = "e30=".into();
        assert_eq!(remotes(&local)[0].trouble.as_deref(), Some("its kubeconfig names no server"));
        local.value_mut()["data"]["two"] = "?".into();
        assert_eq!(remotes(&local)[0].trouble.as_deref(), Some("it holds no kubeconfig"));
    }

    #[test]
    fn what_stands_between_two_clusters_is_named() {
        let side = |context: &str, mesh: &str, network: &str, root: &str, crossings: &[(&str, &[&str])]| {
            let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let crossing = |(network, addresses): &(&str, &[&str])| Crossing {
                service: "Service/istio-system/eastwest".to_owned(),
                network: (*network).to_owned(),
                addresses: addresses.iter().map(|one| (*one).to_owned()).collect(),
            };
            Side {
                context: context.to_owned(),
                mesh: text(mesh),
                network: text(network),
                root: text(root),
                crossings: crossings.iter().map(crossing).collect(),
                ..Side::default()
            }
        };
        let one = side("a", "m", "n1", "r", &[("n1", &["10.0.0.1"])]);
        let table = [
            (side("b", "m", "n1", "r", &[]), vec![]),
            (side("b", "", "n1", "", &[]), vec![]),
            (side("b", "other", "n1", "r", &[]), vec!["a is of mesh m, b of mesh other"]),
            (side("b", "m", "n1", "x", &[]), vec!["trust different roots"]),
            (side("b", "m", "", "r", &[]), vec!["a is in network n1 and b in none"]),
            (side("b", "m", "n2", "r", &[("n2", &["10.0.0.2"])]), vec![]),
            (side("b", "m", "n2", "r", &[("n1", &["10.0.0.2"])]), vec!["no gateway leads into network n2 of b"]),
            (side("b", "m", "n2", "r", &[("n2", &[])]), vec!["eastwest of b, the way into network n2, has no address"]),
        ];
        for (other, wanted) in table {
            let found = between(&one, &other);
            let fits = found.len() == wanted.len() && found.iter().zip(&wanted).all(|(line, part)| line.contains(part));
            assert!(fits, "{found:?} {wanted:?}");
        }
    }
}
