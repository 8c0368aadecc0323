//! What a pod says on a port of its own loopback: through the API server and the kubelet, as `kubectl port-forward` does it.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::Cluster;

/// How long a pod may take for its answer.
const ANSWER: Duration = Duration::from_secs(5);
/// The most bytes of an answer.
const MOST: u64 = 4 << 20;

impl Cluster {
    /// The body of a pod's answer to a GET over HTTP.
    ///
    /// # Errors
    /// Why there is none, as a sentence.
    pub async fn ask_pod(&self, namespace: &str, pod: &str, port: u16, path: &str) -> Result<String, String> {
        let asked = async {
            let pods: Api<Pod> = Api::namespaced(self.client.clone(), namespace);
            let mut forward = pods.portforward(pod, &[port]).await.map_err(|error| error.to_string())?;
            let mut stream = forward.take_stream(port).ok_or("the port is not forwarded")?;
            // 1.0: the answer ends with the connection.
            let request = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\nAccept: application/json\r\n\r\n");
            stream.write_all(request.as_bytes()).await.map_err(|error| error.to_string())?;
            let mut answer = Vec::new();
            (&mut stream).take(MOST).read_to_end(&mut answer).await.map_err(|error| error.to_string())?;
            body(&answer)
        };
        timeout(ANSWER, asked).await.unwrap_or_else(|_| Err(format!("no answer within {} s", ANSWER.as_secs())))
    }
}

/// The body of an answer of HTTP/1.0; its status where that is no 200.
fn body(answer: &[u8]) -> Result<String, String> {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").ok_or("it does not speak HTTP")?;
    let mut status = head.lines().next().unwrap_or_default().split(' ').skip(1);
    match status.next() {
        Some("200") => Ok(body.to_owned()),
        other => Err(format!("it answers {}", other.unwrap_or("no status"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        assert_eq!(body(b"HTTP/1.0 200 OK\r\nX: y\r\n\r\n[]"), Ok("[]".to_owned()));
        assert_eq!(body(b"HTTP/1.0 401 Unauthorized\r\n\r\nno"), Err("it answers 401".to_owned()));
        assert!(body(b"hello").is_err() && body(b"").is_err());
    }
}
