//! What comes back from a cluster, where others write too, and what leads to it.

use std::fs;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::executor::block_on;
use mesh::cluster::Access;
use mesh::istio::{Installation, Pod};
use mesh::object::Object;
use mesh::plan::adoption;
use mesh::plan::canary::Note;
use mesh::plan::ledger::Ledger;
use mesh::plan::managed::Managed;
use mesh::plan::path::Path;
use mesh::plan::releases::Recorded;
use mesh::plan::state;
use mesh::status::certificate;
use serde_json::{Value, json};

use super::{documents, in_a_folder, told};
use crate::Target;

/// A record may unpack to much more than it has, within a bound.
pub(super) const RECORD: Target =
    Target { name: "record", run: record, words: RECORD_WORDS, memory: 256, work: 512, share: 100 };

pub(super) const MANAGED: Target =
    Target { name: "managed", run: managed, words: MANAGED_WORDS, memory: 64, work: 256, share: 100 };

pub(super) const KUBECONFIG: Target =
    Target { name: "kubeconfig", run: kubeconfig, words: KUBECONFIG_WORDS, memory: 64, work: 256, share: 50 };

pub(super) const CERTIFICATE: Target =
    Target { name: "certificate", run: certificates, words: CERTIFICATE_WORDS, memory: 16, work: 64, share: 100 };

const RECORD_WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"time\"",
    "\"mesh\"",
    "\"istio\"",
    "\"outcome\"",
    "\"done\"",
    "\"inputs\"",
    "\"inventory\"",
    "\"snapshot\"",
    "\"created\"",
    "\"rollbackTo\"",
    "\"restorable\"",
    "\"group\"",
    "\"kind\"",
    "\"name\"",
    "\"namespace\"",
    "\"version\"",
    "\"flags\"",
    "\"spec\"",
    "\"installations\"",
    "\"from\"",
    "\"to\"",
    "\"chart\"",
    "\"metadata\"",
    "\"config\"",
    "\"manifest\"",
    "\"dependencies\"",
    "\"istiod\"",
    "\"values\"",
    "null",
    "true",
    "0",
    "-1",
    "1e309",
    "18446744073709551616",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"",
    "\\",
    "é",
    "[[[[[[[[",
    "# Source: a/charts/istiod/t.yaml\\n",
    "\u{1f}\u{8b}",
];

const MANAGED_WORDS: &[&str] = &[
    "metadata:\n",
    "  managedFields:\n",
    "  - manager: mesh\n",
    "    operation: Apply\n",
    "    operation: Update\n",
    "    subresource: status\n",
    "    fieldsType: FieldsV1\n",
    "    fieldsV1:\n",
    "      f:spec:\n",
    "        f:containers:\n",
    "          k:{\"name\":\"a\"}:\n",
    "          'k:{\"a\":1}': {}\n",
    "          'k:{': {}\n",
    "          'v:\"x\"': {}\n",
    "          'v:': {}\n",
    "          'i:0': {}\n",
    "        .: {}\n",
    "        f:replicas: {}\n",
    "        ? []\n",
    "        : {}\n",
    "null",
    "[]",
    "{}",
    "1",
    "'f:': ",
    "é",
];

const KUBECONFIG_WORDS: &[&str] = &[
    "apiVersion: v1\n",
    "kind: Config\n",
    "current-context: a\n",
    "contexts:\n",
    "- name: a\n",
    "  context: {cluster: c, user: u, namespace: n}\n",
    "clusters:\n",
    "- name: c\n",
    "  cluster:\n",
    "    server: https://127.0.0.1:6443\n",
    "    server: ",
    "http://[::1]:99999/",
    "https://é.example/",
    "    certificate-authority-data: ",
    "LS0tLS1CRUdJTg==\n",
    "    insecure-skip-tls-verify: true\n",
    "    proxy-url: socks5://x:1\n",
    "    tls-server-name: x\n",
    "users:\n",
    "- name: u\n",
    "  user:\n",
    "    token: t\n",
    "    client-certificate-data: eA==\n",
    "    client-key-data: eA==\n",
    "    username: u\n",
    "    password: p\n",
    "    auth-provider: {name: oidc, config: {}}\n",
    "    exec: {apiVersion: client.authentication.k8s.io/v1, command: nothing-of-this-name, args: [a]}\n",
    "null\n",
    "[]\n",
    "{}\n",
    "1\n",
    "&a ",
    "*a\n",
    "---\n",
    "é",
    "\t",
    "{",
    "}",
    "[",
    "]",
    "\"",
];

const CERTIFICATE_WORDS: &[&str] = &[
    "-----BEGIN CERTIFICATE-----\n",
    "-----END CERTIFICATE-----\n",
    "-----END",
    "MIIB",
    "AAAA",
    "////",
    "=",
    "\n",
    "0",
    "\u{30}\u{0}",
    "\u{17}\u{d}250101000000Z",
    "\u{18}\u{f}20501231235959Z",
    "\u{17}\u{d}é0101000000Z",
    "\u{18}\u{f}99999999999999Z",
    "\u{7f}\u{7f}\u{7f}",
];

fn secret(name: &str, kind: &str, key: &str, data: &str) -> Object {
    Object::new(json!({
        "apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "istio-system", "resourceVersion": "x"}, "data": {key: data},
    }))
    .expect("an object")
}

/// What a record holds, packed as ours are, and as it is.
fn record(data: &[u8]) {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let packed = packer.write_all(data).and_then(|()| packer.finish()).expect("memory");
    let installation = Installation::unnamed("default", "istio-system");
    let name = state::secret_name(&installation, 7);
    let secrets = [&packed[..], data].map(|bytes| secret(&name, "Secret", "record", &STANDARD.encode(bytes)));
    for secret in &secrets {
        let read = state::decode(secret);
        told(&read);
        if let Ok(read) = read {
            let again = state::encode(&read, &installation, 8).and_then(|secret| state::decode(&secret));
            if let Ok(again) = again {
                assert_eq!(
                    (again.inputs, again.inventory, again.time),
                    (read.inputs.clone(), read.inventory.clone(), read.time.clone())
                );
            }
            told(&mesh::config::recorded(&read.inputs, "record").and_then(|inputs| mesh::config::given(&inputs)));
        }
    }
    let ledger = Ledger::read(&secrets);
    for (_, history) in ledger.installations() {
        _ = (history.inventory(), history.gap(), history.next(), history.obsolete(7), history.is_unfinished());
    }
    told(&adoption::read_secret(&secret("a", "Secret", "adopted", &STANDARD.encode(data))));
    let Ok(text) = std::str::from_utf8(data) else { return };
    told(&Note::of(&secret("a", "ConfigMap", "upgrade", text)));
    if let Ok(release) = serde_json::from_str::<Value>(text) {
        _ = Recorded::of(&release).map(|recorded| recorded.is_umbrella());
        _ = mesh::config::dropped(&release, &json!({}));
    }
}

fn managed(data: &[u8]) {
    for mut document in documents(data).into_iter().flatten().filter(Value::is_object) {
        document["apiVersion"] = "v1".into();
        document["kind"] = "Pod".into();
        if !document["metadata"].is_object() {
            document["metadata"] = json!({});
        }
        document["metadata"]["name"] = "a".into();
        _ = Pod::of(&document);
        let Ok(object) = Object::new(document) else { continue };
        let managed = Managed::of(&object);
        let paths = [Path::of(&["spec", "replicas"]), Path::of(&["metadata"]), Path::of(&[])];
        _ = managed.rewritten(&paths, &paths[1..]);
        _ = managed.handed_over(|_| true, "mesh", true, &paths[..1]);
        for path in &paths {
            _ = (managed.holders(path), managed.keys_of_list(path), managed.is_set(path));
        }
        told(&mesh::status::ready(&object).is_ready().then_some(()).map_or(Ok(()), Ok));
    }
}

fn kubeconfig(data: &[u8]) {
    in_a_folder(|folder| {
        let path = folder.join("config");
        fs::write(&path, data).expect("a file");
        let access = Access { kubeconfig: Some(path.clone()), ..Access::default() };
        told(&block_on(access.target()));
        told(&block_on(Access { context: Some("a".to_owned()), ..access }.target()));
    });
}

/// PEM as it is, and DER in it.
fn certificates(data: &[u8]) {
    let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(data));
    for pem in [pem.as_str(), &String::from_utf8_lossy(data)] {
        _ = (certificate::ends(pem), certificate::rooted_since(pem), certificate::blocks(pem).count());
    }
}
