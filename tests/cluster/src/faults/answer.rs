//! Answers that are not the server's, or not whole.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use futures::Stream;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::StreamBody;
use hyper::body::{Bytes, Frame};
use serde_json::json;
use tokio::sync::mpsc;

use super::plan::{Fault, Form};

/// A body as it comes: pieces, or an end in the middle.
pub(super) type Body = StreamBody<Pin<Box<dyn Stream<Item = io::Result<Frame<Bytes>>> + Send>>>;
/// Where the pieces of a body go.
pub(super) type Tell = mpsc::Sender<io::Result<Frame<Bytes>>>;

/// Between two pieces of a body that trickles.
const DRIP: Duration = Duration::from_millis(80);
/// In how many pieces it comes.
const DRIPS: usize = 10;

/// A body, and where its pieces go.
pub(super) fn channel() -> (Tell, Body) {
    let (tell, heard) = mpsc::channel(16);
    let pieces =
        futures::stream::unfold(heard, |mut heard| async move { heard.recv().await.map(|piece| (piece, heard)) });
    (tell, StreamBody::new(Box::pin(pieces)))
}

/// A piece of a body.
pub(super) fn piece(bytes: impl Into<Bytes>) -> io::Result<Frame<Bytes>> {
    Ok(Frame::data(bytes.into()))
}

/// The end of a connection.
pub(super) fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "a fault")
}

/// An answer that the server never gave.
pub(super) fn says(code: u16, form: Form) -> Response<Body> {
    let (reason, message) = match code {
        401 => ("Unauthorized", "Unauthorized"),
        410 => ("Expired", "too old resource version: 1 (2)"),
        429 => ("TooManyRequests", "Too many requests, please try again later."),
        500 => ("InternalError", "Internal error occurred: something broke"),
        503 => ("ServiceUnavailable", "apiserver is shutting down"),
        _ => ("Timeout", "request did not complete within the allotted timeout"),
    };
    let is_busy = code == 429;
    let (text, content) = match form {
        Form::Status => {
            let details = if is_busy { json!({ "retryAfterSeconds": 1 }) } else { json!({}) };
            let status = json!({
                "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                "message": message, "reason": reason, "details": details, "code": code,
            });
            (status.to_string(), "application/json")
        }
        Form::Text => (format!("{message}\n"), "text/plain; charset=utf-8"),
        Form::Page => {
            let page = format!(
                "<html>\r\n<head><title>{code} {reason}</title></head>\r\n<body>\r\n<center><h1>{code} {reason}</h1>\
                 </center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n"
            );
            (page, "text/html")
        }
    };
    let pieces = Box::pin(futures::stream::iter([piece(text)]));
    let mut response = Response::new(StreamBody::new(pieces as Pin<Box<dyn Stream<Item = _> + Send>>));
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content));
    if is_busy {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// Sends a body, as the fault has it.
pub(super) async fn send(bytes: Bytes, fault: Option<Fault>, tell: Tell) {
    let half = bytes.len() / 2;
    // Who asked may have gone.
    let _ = match fault {
        Some(Fault::Cut | Fault::CutReset) => {
            let _ = tell.send(piece(bytes.slice(..half))).await;
            // What was sent is to arrive before the end does.
            tokio::time::sleep(DRIP).await;
            tell.send(Err(broken())).await
        }
        Some(Fault::Truncated) => tell.send(piece(bytes.slice(..half))).await,
        Some(Fault::Corrupt) => tell.send(piece(corrupt(&bytes))).await,
        Some(Fault::Trickle) => {
            for part in bytes.chunks((bytes.len() / DRIPS).max(1)) {
                tokio::time::sleep(DRIP).await;
                if tell.send(piece(part.to_vec())).await.is_err() {
                    return;
                }
            }
            Ok(())
        }
        _ => tell.send(piece(bytes)).await,
    };
}

/// A body that is none of JSON any more, wherever it is changed: nothing could tell another word from the right one.
fn corrupt(bytes: &Bytes) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    for (byte, other) in bytes[middle..].iter_mut().zip([0, 0xff, b'{', 0]) {
        *byte = other;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_corrupt_is_no_json() {
        let text = json!({ "kind": "Pod", "metadata": { "name": "a-long-name", "labels": { "a": "b" } } }).to_string();
        for length in 1..=text.len() {
            let bytes = Bytes::from(text[..length].to_owned());
            let parsed: Result<serde_json::Value, _> = serde_json::from_slice(&corrupt(&bytes));
            assert!(parsed.is_err(), "{length}");
        }
    }
}
