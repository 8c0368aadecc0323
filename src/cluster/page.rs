//! Answers that say no and are not the API's: a line of text of one of the server's own filters, the page of a load
//! balancer. They become what the API would have said, so that all that follows knows but one form.

use std::pin::Pin;
use std::time::Duration;

use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, Response};
use http_body::Body as HttpBody;
use kube::client::Body;
use serde_json::json;

/// So much of a page is read, and so much of its text told.
const READ: usize = 16 << 10;
const TOLD: usize = 300;

/// Whether an answer is one of these.
pub(super) fn is_foreign<B>(response: &Response<B>) -> bool {
    let status = response.status();
    let says_json = header(response.headers(), CONTENT_TYPE).is_some_and(|content| content.contains("json"));
    (status.is_client_error() || status.is_server_error()) && !says_json
}

/// The same as a Status of the API.
pub(super) async fn as_status<B>(response: Response<B>) -> Response<Body>
where
    B: HttpBody<Data = <Body as HttpBody>::Data> + Unpin,
{
    let (head, mut body) = response.into_parts();
    let mut bytes = Vec::new();
    // What breaks off was said as far as it goes; the code is known already.
    while let Some(Ok(frame)) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        bytes.extend_from_slice(&frame.into_data().unwrap_or_default());
        if bytes.len() > READ {
            break;
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    let is_page = header(&head.headers, CONTENT_TYPE).is_some_and(|content| content.contains("html"))
        || text.trim_start().starts_with('<');
    let code = head.status.as_u16();
    let message = if is_page {
        format!("HTTP {code} by something before the API server, which shows a page: {}", told(&shown(&text)))
    } else {
        told(text.trim())
    };
    let mut status =
        json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code });
    if let Some(wait) = retry_after(&head.headers) {
        status["details"] = json!({ "retryAfterSeconds": wait.as_secs() });
    }
    Response::from_parts(head, Body::from(status.to_string().into_bytes()))
}

/// How long to wait, where it is told in seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    header(headers, RETRY_AFTER)?.trim().parse().ok().map(Duration::from_secs)
}

fn header(headers: &HeaderMap, name: http::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// What people see of a page: its title, else its text.
fn shown(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let title = lower.find("<title>").map(|at| at + "<title>".len());
    if let Some(from) = title
        && let Some(length) = lower[from..].find("</title>")
        && !page[from..from + length].trim().is_empty()
    {
        return words(&page[from..from + length]);
    }
    let mut text = String::new();
    let mut in_tag = false;
    for character in page.chars() {
        match character {
            '<' => in_tag = true,
            // Words on both sides of a tag are two.
            '>' => {
                in_tag = false;
                text.push(' ');
            }
            other if !in_tag => text.push(other),
            _ => {}
        }
    }
    words(&text)
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As much of it as anybody reads.
fn told(text: &str) -> String {
    match text.char_indices().nth(TOLD) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use kube::core::Status;

    fn answer(code: u16, content: &str, text: &str) -> Response<Body> {
        let response = Response::builder().status(code).header("content-type", content).header("retry-after", "7");
        response.body(Body::from(text.as_bytes().to_vec())).unwrap()
    }

    fn status(code: u16, content: &str, text: &str) -> Status {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let response = as_status(answer(code, content, text)).await;
            assert_eq!(response.status().as_u16(), code);
            serde_json::from_slice(&response.into_body().collect_bytes().await.unwrap()).unwrap()
        })
    }

    #[test]
    fn pages_and_lines_become_what_the_api_would_say() {
        let page = "<html>\r\n<head><TITLE>503 Service\n Unavailable</TITLE></head><body><h1>x</h1></body></html>";
        let said = status(503, "text/html", page);
        assert!(said.message.ends_with("which shows a page: 503 Service Unavailable"), "{}", said.message);
        assert_eq!((said.code, said.details.unwrap().retry_after_seconds), (503, 7));
        let said = status(502, "text/plain", "<h1>bad</h1><p>gate\nway</p>");
        assert!(said.message.ends_with("a page: bad gate way"), "{}", said.message);
        assert_eq!(status(429, "text/plain; charset=utf-8", "Too many requests\n").message, "Too many requests");
        assert_eq!(status(500, "text/plain", &"ä".repeat(1000)).message.chars().count(), TOLD + 1);
    }

    #[test]
    fn what_the_api_says_is_left_to_it() {
        assert!(is_foreign(&answer(429, "text/plain", "")));
        assert!(!is_foreign(&answer(429, "application/json", "{}")));
        assert!(!is_foreign(&answer(200, "text/plain", "a log")));
        assert!(is_foreign(&Response::builder().status(503).body(()).unwrap()));
    }
}
