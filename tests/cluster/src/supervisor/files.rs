//! The files a control plane is started with: certificates, tokens, kubeconfigs, policies.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::json;

use super::certs::{Authority, write_private};
use crate::protocol::{ADMIN_KUBECONFIG, Credential, User, kubeconfig};

/// The name that contexts and clusters carry in every kubeconfig.
pub(crate) const CONTEXT: &str = "test-cluster";
/// The Unix socket on which the API server finds the way to Services and pods.
pub(super) const EGRESS_SOCKET: &str = "egress.sock";
/// The CA's certificate and key, in the cluster's folder.
pub(crate) const CA_CERTIFICATE: &str = "ca.crt";
pub(crate) const CA_KEY: &str = "ca.key";
/// The group that may do everything.
pub(crate) const MASTERS: &str = "system:masters";
/// The supervisor's own user.
pub(super) const SUPERVISOR: &str = "test-cluster-supervisor";
pub(super) const CONTROLLER_MANAGER: &str = "system:kube-controller-manager";
pub(super) const SCHEDULER: &str = "system:kube-scheduler";
/// The user that simulates kubelets.
pub(super) const KUBELETS: &str = "test-cluster-kubelets";

/// The files of one cluster.
pub(super) struct Files {
    pub(super) folder: PathBuf,
    /// The certificate of the CA that signed the API server's, as PEM.
    pub(super) ca: String,
}

impl Files {
    /// Writes them all. `users` are those of tests; the components' own come on top.
    pub(super) fn write(folder: &Path, server: &str, users: &[User]) -> Result<Self> {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
            .with_context(|| format!("cannot protect {}", folder.display()))?;
        let files = Self { folder: folder.to_owned(), ca: String::new() };
        let ca = files.write_certificates()?;
        let files = Self { ca, ..files };

        let mut all: Vec<User> = users.to_vec();
        for name in [SUPERVISOR, CONTROLLER_MANAGER, SCHEDULER, KUBELETS] {
            all.push(User { name: name.to_owned(), groups: vec![MASTERS.to_owned()], token: random_token()? });
        }
        let mut tokens = String::new();
        for user in &all {
            tokens.push_str(&format!("{},{},{},\"{}\"\n", user.token, user.name, user.name, user.groups.join(",")));
            let text = kubeconfig(CONTEXT, server, &files.ca, &user.name, &Credential::Token(&user.token));
            write_private(&files.kubeconfig(&user.name), &text)?;
        }
        write_private(&files.path("tokens.csv"), &tokens)?;
        files.write_policies()?;
        Ok(files)
    }

    /// A file of the cluster's folder.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The same, as an argument.
    pub(super) fn arg(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// The kubeconfig of a user with a token.
    pub(super) fn kubeconfig(&self, user: &str) -> PathBuf {
        kubeconfig_path(&self.folder, user)
    }

    fn write_certificates(&self) -> Result<String> {
        let ca = Authority::new("test-cluster-ca", "test-cluster")?;
        let names = [
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
        ];
        let server = ca.server("kube-apiserver", &names, &["127.0.0.1", "10.96.0.1"])?;
        let accounts = rcgen::KeyPair::generate().context("cannot make a key")?;
        for (name, text) in [
            (CA_CERTIFICATE, ca.certificate.as_str()),
            (CA_KEY, ca.key.as_str()),
            ("apiserver.crt", server.certificate.as_str()),
            ("apiserver.key", server.key.as_str()),
            ("sa.pub", accounts.public_key_pem().as_str()),
            ("sa.key", accounts.serialize_pem().as_str()),
        ] {
            write_private(&self.path(name), text)?;
        }
        Ok(ca.certificate)
    }

    fn write_policies(&self) -> Result<()> {
        // Everything is recorded, once it is answered; of watches their start too.
        let audit = json!({
            "apiVersion": "audit.k8s.io/v1",
            "kind": "Policy",
            "omitStages": ["RequestReceived"],
            "rules": [{ "level": "Metadata" }],
        });
        let egress = json!({
            "apiVersion": "apiserver.k8s.io/v1beta1",
            "kind": "EgressSelectorConfiguration",
            "egressSelections": [{
                "name": "cluster",
                "connection": {
                    "proxyProtocol": "HTTPConnect",
                    "transport": { "uds": { "udsName": self.path(EGRESS_SOCKET) } },
                },
            }],
        });
        for (name, value) in [("audit-policy.json", audit), ("egress.json", egress)] {
            let path = self.path(name);
            fs::write(&path, value.to_string()).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

/// Where the kubeconfig of a user is.
pub(crate) fn kubeconfig_path(folder: &Path, user: &str) -> PathBuf {
    if user == "admin" {
        return folder.join(ADMIN_KUBECONFIG);
    }
    folder.join(format!("{ADMIN_KUBECONFIG}.{}", user.replace([':', '/'], "-")))
}

/// A token nobody guesses.
pub(crate) fn random_token() -> Result<String> {
    use std::io::Read;

    let mut bytes = [0_u8; 16];
    fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("cannot read /dev/urandom")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
