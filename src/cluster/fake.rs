//! A server for the tests of this module: what it answers is written down before.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::{Access, Cluster};
use crate::error::Result;

/// Whoever waits for more answers than there are is not waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The head of an answer of this status and content, after which its body follows.
pub(super) fn head(status: &str, content: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Type: {content}\r\nConnection: close\r\n\r\n")
}

/// A server that gives these answers, one a connection and then its end; an empty one is none. Its requests come as their
/// first lines.
pub(super) fn answering(answers: Vec<String>) -> (std::path::PathBuf, tempfile::TempDir, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (tell, asked) = channel();
    std::thread::spawn(move || {
        for (stream, answer) in listener.incoming().flatten().zip(answers) {
            let mut stream = stream;
            let mut bytes = [0; 16 << 10];
            let read = stream.read(&mut bytes).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes[..read]);
            let _ = tell.send(text.lines().next().unwrap_or_default().to_owned());
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kubeconfig");
    let config = serde_json::json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{ "name": "c", "cluster": { "server": format!("http://{address}") } }],
        "users": [{ "name": "c", "user": {} }],
        "contexts": [{ "name": "c", "context": { "cluster": "c", "user": "c" } }],
    });
    std::fs::write(&path, config.to_string()).expect("a kubeconfig");
    (path, folder, asked)
}

/// Runs `work` on a cluster behind such a server; gives the requests too.
pub(super) fn with<T>(answers: Vec<String>, work: impl AsyncFnOnce(Cluster) -> Result<T>) -> (Result<T>, Vec<String>) {
    let (kubeconfig, _folder, asked) = answering(answers);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let done = runtime.block_on(async {
        let access = Access { kubeconfig: Some(kubeconfig), ..Access::default() };
        let work = work(Cluster::connect(&access, PATIENCE).await?);
        tokio::time::timeout(PATIENCE, work).await.expect("it waits for an answer that nobody gives")
    });
    (done, asked.try_iter().collect())
}
