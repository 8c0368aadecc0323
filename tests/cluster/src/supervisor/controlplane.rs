//! The five processes of the control plane, and their flags.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rustix::net::{AddressFamily, SocketType};

use super::files::{CA_CERTIFICATE, CONTROLLER_MANAGER, EGRESS_SOCKET, Files, KUBELETS, SCHEDULER};
use super::process::{Program, Running};
use crate::binaries::Binaries;
use crate::protocol::AUDIT_LOG;

/// The addresses of Services.
pub(super) const SERVICE_RANGE: &str = "10.96.0.0/16";
/// The addresses of pods.
const POD_RANGE: &str = "10.244.0.0/16";
/// etcd listens on this Unix socket, relative to the cluster's folder, which is every process's working directory:
/// no port to find, and no limit on how long the folder's path is.
const ETCD: &str = "unix://etcd.sock:0";
/// Controllers and scheduler may send this many requests a second; upstream's 20 to 50 make tests wait.
const QPS: [&str; 2] = ["--kube-api-qps=500", "--kube-api-burst=1000"];

/// A port that is ours: bound, never listening, with SO_REUSEPORT, so that nobody else gets it while the API
/// server, which is told to share, listens on it.
pub(super) struct Port {
    pub(super) number: u16,
    _held: rustix::fd::OwnedFd,
}

impl Port {
    /// Any free port on loopback.
    pub(super) fn free() -> Result<Self> {
        let bind = || -> rustix::io::Result<Self> {
            let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None)?;
            rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
            rustix::net::sockopt::set_socket_reuseport(&socket, true)?;
            rustix::net::bind(&socket, &std::net::SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
            let address = rustix::net::getsockname(&socket)?;
            let address = std::net::SocketAddrV4::try_from(address)?;
            Ok(Self { number: address.port(), _held: socket })
        };
        bind().context("no free port on 127.0.0.1")
    }
}

/// Starts programs with the cluster's folder as their working directory, logging there.
pub(super) struct Launcher<'a> {
    pub(super) files: &'a Files,
    pub(super) binaries: &'a Binaries,
}

impl Launcher<'_> {
    /// etcd: the store, without the fsyncs that make it last.
    pub(super) fn etcd(&self) -> Result<Running> {
        let args = [
            "--name=etcd",
            "--data-dir=etcd",
            &format!("--listen-client-urls={ETCD}"),
            &format!("--advertise-client-urls={ETCD}"),
            "--listen-peer-urls=unix://etcd-peer.sock:0",
            // A peer's address must look like TCP; there is no peer, so nobody ever calls it.
            "--initial-advertise-peer-urls=http://127.0.0.1:1",
            "--initial-cluster=etcd=http://127.0.0.1:1",
            "--unsafe-no-fsync",
            "--log-level=warn",
        ];
        self.start("etcd", &self.binaries.etcd, args.iter().map(|&arg| arg.to_owned()))
    }

    /// The API server.
    pub(super) fn apiserver(&self, port: &Port) -> Result<Running> {
        let file = |flag: &str, name: &str| format!("--{flag}={}", self.files.arg(name));
        let args = [
            "--bind-address=127.0.0.1".to_owned(),
            format!("--secure-port={}", port.number),
            "--permit-port-sharing=true".to_owned(),
            // The `kubernetes` Service would point at loopback, which the API server refuses.
            "--endpoint-reconciler-type=none".to_owned(),
            format!("--etcd-servers={ETCD}"),
            format!("--service-cluster-ip-range={SERVICE_RANGE}"),
            "--authorization-mode=RBAC".to_owned(),
            "--allow-privileged=true".to_owned(),
            // Nobody is to be kept waiting for others here, and keeping the books of it is work with every request.
            "--enable-priority-and-fairness=false".to_owned(),
            file("client-ca-file", CA_CERTIFICATE),
            file("token-auth-file", "tokens.csv"),
            file("tls-cert-file", "apiserver.crt"),
            file("tls-private-key-file", "apiserver.key"),
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local".to_owned(),
            file("service-account-key-file", "sa.pub"),
            file("service-account-signing-key-file", "sa.key"),
            file("egress-selector-config-file", "egress.json"),
            "--kubelet-preferred-address-types=InternalIP".to_owned(),
            file("audit-policy-file", "audit-policy.json"),
            file("audit-log-path", AUDIT_LOG),
        ];
        debug_assert!(self.files.path(EGRESS_SOCKET).is_absolute(), "the API server wants an absolute path");
        self.start("kube-apiserver", &self.binaries.kube_apiserver, args)
    }

    /// The controllers that make pods of Deployments, endpoints of Services, tokens of service accounts.
    pub(super) fn controller_manager(&self) -> Result<Running> {
        let mut args = vec![
            format!("--kubeconfig={}", self.files.kubeconfig(CONTROLLER_MANAGER).display()),
            "--secure-port=0".to_owned(),
            "--leader-elect=false".to_owned(),
            // What is left out wants a cloud or real nodes.
            "--controllers=*,-node-ipam-controller,-node-route-controller,-cloud-node-lifecycle-controller".to_owned(),
            // Without leases, nodes are heard of when their status is written; they are never given up.
            "--node-monitor-grace-period=24h".to_owned(),
            format!("--root-ca-file={}", self.files.arg(CA_CERTIFICATE)),
            format!("--service-account-private-key-file={}", self.files.arg("sa.key")),
        ];
        args.extend(QPS.map(str::to_owned));
        self.start("kube-controller-manager", &self.binaries.kube_controller_manager, args)
    }

    /// The scheduler, real too: what does not fit stays Pending.
    pub(super) fn scheduler(&self) -> Result<Running> {
        let mut args = vec![
            format!("--kubeconfig={}", self.files.kubeconfig(SCHEDULER).display()),
            "--secure-port=0".to_owned(),
            "--leader-elect=false".to_owned(),
        ];
        args.extend(QPS.map(str::to_owned));
        self.start("kube-scheduler", &self.binaries.kube_scheduler, args)
    }

    /// kwok, which plays the kubelets as `stages` says.
    pub(super) fn kwok(&self, stages: &Path) -> Result<Running> {
        let args = [
            format!("--kubeconfig={}", self.files.kubeconfig(KUBELETS).display()),
            "--manage-all-nodes=true".to_owned(),
            format!("--cidr={POD_RANGE}"),
            // A lease would belong to one kwok process, and keep the next one waiting for its end.
            "--node-lease-duration-seconds=0".to_owned(),
            format!("--config={}", stages.display()),
        ];
        self.start("kwok", &self.binaries.kwok, args)
    }

    fn start(&self, name: &str, binary: &Path, args: impl IntoIterator<Item = String>) -> Result<Running> {
        // All are Go programs whose heaps stay small here: collecting less often starts a cluster a quarter faster.
        let mut env = vec![("GOGC".to_owned(), "400".to_owned())];
        if *binary != self.binaries.kube_apiserver {
            // None but the API server has work for two processors; looking for some is a fifth of what etcd takes.
            env.push(("GOMAXPROCS".to_owned(), "1".to_owned()));
        }
        Program {
            name: name.to_owned(),
            binary,
            args: args.into_iter().collect(),
            env,
            folder: &self.files.folder,
            log: self.log(name),
        }
        .start()
    }

    fn log(&self, name: &str) -> PathBuf {
        self.files.path(&format!("{name}.log"))
    }
}
