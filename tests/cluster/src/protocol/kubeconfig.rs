//! Kubeconfig files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// How a kubeconfig's user proves who it is.
pub(crate) enum Credential<'a> {
    /// A bearer token.
    Token(&'a str),
    /// A client certificate and its key, as PEM.
    Certificate { certificate: &'a str, key: &'a str },
}

/// A kubeconfig with one cluster, one user and one context, all called `name`, as JSON (which is YAML).
/// `ca` is the CA's certificate as PEM.
pub(crate) fn kubeconfig(name: &str, server: &str, ca: &str, user: &str, credential: &Credential<'_>) -> String {
    let encode = |pem: &str| Value::from(STANDARD.encode(pem));
    let credential = match credential {
        Credential::Token(token) => json!({ "token": token }),
        Credential::Certificate { certificate, key } => {
            json!({ "client-certificate-data": encode(certificate), "client-key-data": encode(key) })
        }
    };
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{ "name": name, "cluster": { "server": server, "certificate-authority-data": encode(ca) } }],
        "users": [{ "name": user, "user": credential }],
        "contexts": [{ "name": name, "context": { "cluster": name, "user": user } }],
        "current-context": name,
    });
    format!("{config:#}\n")
}
