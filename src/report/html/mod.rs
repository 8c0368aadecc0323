//! Documents as pages: one file each, for a browser, a pull request or a mail. No script, and nothing from elsewhere.
//!
//! A page is made of the document that `-o json` prints, so both say the same.

mod checks;
mod differences;
mod markup;
mod picture;
mod status;
mod steps;

use serde_json::Value;

use self::markup::{Html, Tone, badge, code, fold, lines, list, part, table};
use crate::error::Error;

/// The looks of a page.
const STYLE: &str = include_str!("page.css");

/// The page of a document.
pub fn page(document: &Value) -> String {
    let kind = text(document, "kind");
    let (title, shown): (&str, fn(&Value) -> Shown) = match kind {
        "Verification" => ("Does what runs fit what was asked for?", checks::verification),
        "Check" => ("What keeps Istio from working?", checks::check),
        "Diff" => ("What differs from what is wanted?", differences::diff),
        "Status" => ("The mesh", status::status),
        "Upgrade" => ("An upgrade by a second revision", steps::upgrade),
        _ => ("What mesh says", anything),
    };
    let clusters = items(document, "clusters");
    let shown: Vec<(&Value, Shown)> = clusters.iter().map(|one| (one, of_cluster(one, shown))).collect();
    let mut body = Html::element("h1", "", title);
    if shown.len() > 1 {
        let rows =
            shown.iter().map(|(one, shown)| vec![text(one, "cluster").into(), badge(shown.tone, shown.word.as_str())]);
        body = body.then(table(&["Cluster", "Result"], rows.collect()));
    }
    for (one, Shown { tone, word, inside }) in shown {
        let heading = Html::from(text(one, "cluster")).then(Html::from(" ")).then(badge(tone, word));
        body = body.then(Html::element("section", "", Html::element("h2", "", heading).then(inside)));
    }
    if clusters.is_empty() {
        body = body.then(of_cluster(document, anything).inside);
    }
    let version = concat!("made by mesh ", env!("CARGO_PKG_VERSION"));
    whole(title, body.then(Html::element("footer", "", version)))
}

/// A cluster as it is on a page.
struct Shown {
    /// How good it is.
    tone: Tone,
    /// That in a few words.
    word: String,
    /// All of it.
    inside: Html,
}

impl Shown {
    fn new(tone: Tone, word: impl Into<String>, inside: Html) -> Self {
        Self { tone, word: word.into(), inside }
    }
}

/// What a watched screen cannot be.
///
/// # Errors
/// `watched-page` (usage), always.
pub fn watched() -> Error {
    Error::usage("watched-page", "a page shows one look: -o html does not go with --watch")
        .hint("leave out --watch, or watch in the terminal: mesh status --watch")
}

/// What is told of an upgrade that is no page.
///
/// # Errors
/// `no-page` (usage), always.
pub fn no_page() -> Error {
    Error::usage("no-page", "-o html shows what an upgrade would change, or where one by a second revision stands")
        .hint("add --dry-run, or --canary --status")
}

fn whole(title: &str, body: Html) -> String {
    let (title, body) = (Html::element("title", "", title).into_string(), body.into_string());
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         {title}\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
}

/// A cluster that came to something, or the reason why it did not.
fn of_cluster(one: &Value, shown: fn(&Value) -> Shown) -> Shown {
    if let Some(error) = one.get("error").filter(|error| error.is_object()) {
        return failed(error);
    }
    if one["notBegun"] == true {
        return Shown::new(Tone::Plain, "not begun", Html::default());
    }
    let mut shown = shown(one);
    if one["interrupted"] == true {
        shown = Shown { tone: Tone::Bad, word: "interrupted".to_owned(), ..shown };
    }
    shown
}

fn failed(error: &Value) -> Shown {
    let inside = Html::element("p", "", text(error, "message"))
        .then(list(texts(error, "causes").map(|cause| Html::from("caused by: ").then(cause))))
        .then(list(texts(error, "hints").map(|hint| Html::from("hint: ").then(code(hint)))))
        .then(Html::element("p", "dim", Html::from("error ").then(code(text(error, "id")))));
    Shown::new(Tone::Bad, "failed", inside)
}

/// A document that has no looks of its own.
fn anything(value: &Value) -> Shown {
    Shown::new(Tone::Plain, "", lines(&crate::ui::json(value)))
}

/// What is said beside the result.
fn warnings(one: &Value) -> Html {
    let all: Vec<Html> = texts(one, "warnings").map(Html::from).collect();
    part("Warnings", list(all))
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}

fn items<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value[field].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn texts<'v>(value: &'v Value, field: &str) -> impl Iterator<Item = &'v str> {
    items(value, field).iter().filter_map(Value::as_str)
}

fn number(value: &Value, field: &str) -> usize {
    value[field].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or_default()
}

/// A value of a field, of one line or of many.
fn value_of(value: &Value) -> Html {
    match value {
        Value::Null => Html::element("span", "dim", "nothing"),
        Value::String(text) if text.contains('\n') => fold(false, "text of several lines", lines(text)),
        Value::String(text) => code(text),
        other => code(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_comes_from_elsewhere_and_nothing_runs() {
        let hostile = "<img src=x onerror=alert(1)><script>x</script>";
        for kind in ["Verification", "Check", "Diff", "Status", "Upgrade", "Installation"] {
            let element = json!({
                "cluster": hostile, "revision": hostile, "passed": false, "errors": 1, "warnings": [hostile], "same": false,
                "cases": [{"suite": hostile, "name": hostile, "result": "failed"}],
                "findings": [{"rule": hostile, "level": "error", "object": hostile, "message": hostile, "field": hostile, "found": hostile}],
                "checks": [{"id": hostile, "title": hostile, "result": "failed", "reasons": [hostile], "hint": hostile}],
                "create": [{"object": hostile, "check": "server"}], "delete": [hostile],
                "change": [{"object": hostile, "fields": [{"path": hostile, "found": format!("{hostile}\n"), "wanted": 1, "manager": hostile}]}],
                "keep": [{"object": hostile, "why": hostile}], "effects": [{"text": hostile}],
                "components": [{"kind": "Deployment", "namespace": hostile, "name": "istiod", "desired": 1, "ready": 0, "version": hostile, "revision": hostile, "state": hostile}],
                "webhooks": [{"kind": "mutating", "name": hostile, "revision": hostile, "policy": "Fail", "troubles": [hostile]}],
                "proxies": [{"revision": hostile, "version": hostile, "pods": 2, "ready": 1, "outdated": true}],
                "namespaces": [{"name": hostile, "enrolled": hostile, "proxies": {"a": 1}}],
                "troubles": [{"pod": hostile, "message": hostile}], "unknown": [hostile], "kubernetes": hostile,
                "steps": [{"step": "namespace", "name": hostile, "state": "next", "what": hostile, "workloads": [hostile], "stuck": [{"object": hostile, "why": hostile}]}],
                "said": hostile, "from": hostile, "to": hostile,
            });
            let error = json!({"cluster": "b", "error": {"id": "x", "message": hostile, "causes": [hostile], "hints": [hostile]}});
            let page = page(&json!({"apiVersion": "mesh/v1", "kind": kind, "clusters": [element, error]}));
            assert!(page.contains("&lt;img src=x"), "{kind}: {page}");
            for part in ["<img", "<script", "http://", "https://", "javascript:", "url("] {
                assert!(!page.contains(part), "{kind}: {part}: {page}");
            }
            for tag in ["section", "details", "table", "svg", "pre", "ul", "p", "h2"] {
                let count = |text: &str| page.matches(text).count();
                let open = count(&format!("<{tag}>")) + count(&format!("<{tag} "));
                assert_eq!(open, count(&format!("</{tag}>")), "{kind}: {tag}");
            }
        }
    }
}
