//! Watches, handed on an event at a time.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Bytes;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::answer::{Tell, broken, piece};
use super::plan::Fault;

/// How long a watch is left without a word that has fallen silent.
const MUTE: Duration = Duration::from_secs(60);
/// Events of before are what there was when the watch began, in no order: a bookmark among them would be a lie.
const BEGINNING: Duration = Duration::from_secs(1);

/// Whether it goes on.
enum Next {
    On,
    Over,
}

/// Hands a watch on until one side ends it, or the fault does.
pub(super) async fn pass(mut body: kube::client::Body, fault: Option<Fault>, tell: Tell) {
    let began = Instant::now();
    let (mut held, mut passed) = (Vec::new(), 0);
    loop {
        if let Some(Next::Over) = strike(fault, passed, &held, &tell).await {
            return;
        }
        let frame = tokio::select! {
            () = tell.closed() => return,
            frame = body.frame() => frame,
        };
        let data = match frame {
            Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
            Some(Err(_)) => return drop(tell.send(Err(broken())).await),
            None => return,
        };
        if let Some(Fault::Stale(late)) = fault {
            sleep(late).await;
        }
        held.extend_from_slice(&data);
        while let Some(end) = held.iter().position(|byte| *byte == b'\n') {
            if let Some(Next::Over) = strike(fault, passed, &held, &tell).await {
                return;
            }
            let line: Vec<u8> = held.drain(..=end).collect();
            let bookmark =
                (fault == Some(Fault::Bookmark) && began.elapsed() > BEGINNING).then(|| bookmark(&line)).flatten();
            let line = Bytes::from(line);
            if tell.send(piece(line)).await.is_err() {
                return;
            }
            if let Some(bookmark) = bookmark {
                let _ = tell.send(piece(bookmark)).await;
            }
            passed += 1;
        }
    }
}

/// What the fault does once so many events have passed; `held` is what came of the next.
async fn strike(fault: Option<Fault>, passed: usize, held: &[u8], tell: &Tell) -> Option<Next> {
    let half = || held[..held.len().min(40) / 2].to_vec();
    let error = |code: u16, reason: &str, message: &str| {
        let status = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": reason, "code": code,
        });
        format!("{}\n", json!({ "type": "ERROR", "object": status }))
    };
    // Who asked may have gone.
    match fault? {
        Fault::Ends { after } if passed == after => {}
        Fault::EndsInLine { after } if passed == after && !held.is_empty() => {
            let _ = tell.send(piece(half())).await;
        }
        Fault::ResetInLine { after } if passed == after && !held.is_empty() => {
            let _ = tell.send(piece(half())).await;
            sleep(Duration::from_millis(50)).await;
            let _ = tell.send(Err(broken())).await;
        }
        Fault::Gone { after } if passed == after => {
            let _ = tell.send(piece(error(410, "Expired", "too old resource version: 1 (2)"))).await;
        }
        Fault::Fails { after } if passed == after => {
            let _ = tell.send(piece(error(500, "InternalError", "etcdserver: leader changed"))).await;
        }
        Fault::Mute { after } if passed == after => {
            let _ = tokio::time::timeout(MUTE, tell.closed()).await;
        }
        _ => return Some(Next::On),
    }
    Some(Next::Over)
}

/// A bookmark of the version that an event tells.
fn bookmark(line: &[u8]) -> Option<String> {
    let event: Value = serde_json::from_slice(line).ok()?;
    let object = &event["object"];
    let version = object["metadata"]["resourceVersion"].as_str()?;
    let of = json!({
        "kind": object["kind"], "apiVersion": object["apiVersion"], "metadata": { "resourceVersion": version },
    });
    Some(format!("{}\n", json!({ "type": "BOOKMARK", "object": of })))
}
