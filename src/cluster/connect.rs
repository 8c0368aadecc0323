//! From a kubeconfig, or from inside a pod, to a client.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderValue, USER_AGENT};
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde::Deserialize;
use serde_json::Value;

use super::client::client;
use super::failure::{bad_kubeconfig, from_kube, trouble};
use super::{Cluster, kubeconfig, plugin};
use crate::error::{Error, Kind, Result};
use crate::text::hidden::addresses;

/// How long one connection attempt may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Which cluster, as whom.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// A kubeconfig file; otherwise `$KUBECONFIG` (a list of files, merged), `~/.kube/config`, or the pod this runs in.
    pub kubeconfig: Option<PathBuf>,
    /// A context of it.
    pub context: Option<String>,
    /// The name the context must have.
    pub expect_context: Option<String>,
    /// A user to act as.
    pub as_user: Option<String>,
    /// Groups to act as.
    pub as_groups: Vec<String>,
    /// The command line that prints the roles for what is done; empty where there is none.
    pub grant: String,
}

impl Cluster {
    /// Whether the only server of a kubeconfig lets in whom it names, from here.
    ///
    /// # Errors
    /// Why not, as a sentence.
    pub async fn answers(kubeconfig: &Value) -> std::result::Result<(), String> {
        let asked = async {
            let config = Kubeconfig::deserialize(kubeconfig).map_err(|error| error.to_string())?;
            let config = kube::Config::from_custom_kubeconfig(config, &KubeConfigOptions::default()).await;
            let client = config
                .map_err(|error| error.to_string())
                .and_then(|config| client(config, None, Arc::default()).map_err(|error| error.to_string()))?;
            client.apiserver_version().await.map(drop).map_err(|error| trouble(&error, "it"))
        };
        tokio::time::timeout(CONNECT_TIMEOUT, asked).await.unwrap_or_else(|_| Err("no answer in time".to_owned()))
    }

    /// Reads the kubeconfig, obtains credentials and makes a client; sends nothing yet.
    ///
    /// # Errors
    /// `no-kubeconfig`, `bad-kubeconfig`, `unknown-context`, `no-credentials` (cluster errors) and `other-context` (usage).
    pub async fn connect(access: &Access, timeout: Duration) -> Result<Self> {
        let deadline = super::in_time(timeout);
        let (mut config, name) = access.config().await?;
        if let Some(expected) = access.expect_context.as_deref().filter(|expected| *expected != name) {
            return Err(Error::usage(
                "other-context",
                format!("the context is `{name}`, not `{expected}`, which --expect-context asks for"),
            )
            .hint(format!("run `kubectl config use-context {expected}`, or give --context {expected}")));
        }
        if let Some(user) = &access.as_user {
            config.auth_info.impersonate = Some(user.clone());
        }
        if !access.as_groups.is_empty() {
            config.auth_info.impersonate_groups = Some(access.as_groups.clone());
        }
        let agent = HeaderValue::from_static(concat!("mesh/", env!("CARGO_PKG_VERSION")));
        config.headers.push((USER_AGENT, agent));
        config.connect_timeout = Some(CONNECT_TIMEOUT);
        config.read_timeout = None;
        config.default_retry = false;
        let server = addresses(config.cluster_url.to_string().trim_end_matches('/'));
        let namespace = config.default_namespace.clone();
        let tokens = plugin::obtain(&mut config, &name, deadline).await.map_err(|unable| unable.error(&name))?;
        let clock = Arc::default();
        let client =
            client(config, tokens, Arc::clone(&clock)).map_err(|error| from_kube(error, &name, &server, "connect"))?;
        Ok(Self {
            client,
            name,
            server,
            namespace,
            deadline,
            clock,
            grant: access.grant.as_str().into(),
            trouble: Arc::default(),
        })
    }
}

impl Access {
    /// The server of each, by the kubeconfigs alone.
    ///
    /// # Errors
    /// As [`Cluster::connect`] says of kubeconfigs and contexts.
    pub fn servers(all: &[Self]) -> Result<Vec<String>> {
        let mut read: Option<(&Option<PathBuf>, Kubeconfig)> = None;
        let mut servers = Vec::new();
        for access in all {
            let kubeconfig = match &read {
                Some((path, kubeconfig)) if **path == access.kubeconfig => kubeconfig,
                _ => &read.insert((&access.kubeconfig, access.kubeconfig()?.ok_or_else(nowhere)?)).1,
            };
            servers.push(access.server(kubeconfig)?);
        }
        Ok(servers)
    }

    fn server(&self, kubeconfig: &Kubeconfig) -> Result<String> {
        let context = self.context.as_deref().unwrap_or_default();
        let Some(named) = kubeconfig.contexts.iter().find(|one| one.name == context) else {
            let names: Vec<String> = kubeconfig.contexts.iter().map(|named| named.name.clone()).collect();
            return Err(unknown_context(context, &names));
        };
        let cluster = named.context.as_ref().map(|context| context.cluster.as_str());
        let cluster = kubeconfig.clusters.iter().find(|one| Some(one.name.as_str()) == cluster);
        let server = cluster.and_then(|one| one.cluster.as_ref()?.server.clone());
        server
            .map(|server| addresses(&server))
            .ok_or_else(|| bad_kubeconfig(format!("context `{context}` of the kubeconfig names no server")))
    }

    /// The names of the kubeconfig's contexts; none where there is no kubeconfig.
    ///
    /// # Errors
    /// `bad-kubeconfig` (cluster error).
    pub fn contexts(&self) -> Result<Vec<String>> {
        let kubeconfig = self.kubeconfig()?.unwrap_or_default();
        Ok(kubeconfig.contexts.into_iter().map(|context| context.name).collect())
    }

    /// The name of the context and the address of its server: where [`Cluster::connect`] would go. Obtains no credentials and
    /// sends nothing.
    ///
    /// # Errors
    /// `no-kubeconfig`, `bad-kubeconfig`, `unknown-context` (cluster errors).
    pub async fn target(&self) -> Result<(String, String)> {
        let (config, name) = self.config().await?;
        Ok((name, config.cluster_url.to_string()))
    }

    /// The client configuration and the name to call the cluster by.
    async fn config(&self) -> Result<(kube::Config, String)> {
        let Some(kubeconfig) = self.kubeconfig()? else {
            return in_cluster();
        };
        let context = self.context.clone().or_else(|| kubeconfig.current_context.clone()).unwrap_or_default();
        let names: Vec<String> = kubeconfig.contexts.iter().map(|named| named.name.clone()).collect();
        if !names.contains(&context) {
            return Err(unknown_context(&context, &names));
        }
        let options = KubeConfigOptions { context: Some(context.clone()), ..KubeConfigOptions::default() };
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(|error| {
            bad_kubeconfig(format!("context `{context}` of the kubeconfig cannot be used")).caused_by(error)
        })?;
        Ok((config, context))
    }

    fn kubeconfig(&self) -> Result<Option<Kubeconfig>> {
        if let Some(path) = &self.kubeconfig {
            return kubeconfig::read(path).map(Some);
        }
        let listed = std::env::var_os("KUBECONFIG").unwrap_or_default();
        let listed: Vec<PathBuf> = std::env::split_paths(&listed).filter(|path| !path.as_os_str().is_empty()).collect();
        if !listed.is_empty() {
            return kubeconfig::merged(&listed).map(Some);
        }
        let home = std::env::var_os("HOME").map(PathBuf::from).map(|home| home.join(".kube/config"));
        home.filter(|path| path.is_file()).map(|path| kubeconfig::read(&path)).transpose()
    }
}

fn nowhere() -> Error {
    let message = "there is no kubeconfig and this does not run inside a cluster";
    Error::new(Kind::Cluster, "no-kubeconfig", message)
        .hint("give --kubeconfig FILE, set KUBECONFIG, or write ~/.kube/config")
}

fn in_cluster() -> Result<(kube::Config, String)> {
    if std::env::var_os("KUBERNETES_SERVICE_HOST").is_none() {
        return Err(nowhere());
    }
    let config = kube::Config::incluster().map_err(|error| {
        let message = "this runs inside a cluster, but its service account cannot be used";
        Error::new(Kind::Cluster, "no-kubeconfig", message)
            .caused_by(error)
            .hint("mount a service account token into the pod, or give --kubeconfig FILE")
    })?;
    let name = config.cluster_url.host().unwrap_or("in-cluster").to_owned();
    Ok((config, name))
}

fn unknown_context(context: &str, names: &[String]) -> Error {
    let (message, choice) = match context {
        "" => ("the kubeconfig has no current context".to_owned(), "give --context with one of"),
        context => (format!("the kubeconfig has no context `{context}`"), "it has"),
    };
    let hint = match names {
        [] => "the kubeconfig has no contexts at all".to_owned(),
        names => format!("{choice}: {}", names.join(", ")),
    };
    Error::new(Kind::Cluster, "unknown-context", message).hint(hint)
}
