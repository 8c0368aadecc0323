//! What the API server was asked, from its own audit log.
//!
//! One request is one auditID: a watch is logged when it starts and again when it ends, but counts once.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use http::Request;
use serde_json::Value;

use super::Cluster;
use crate::protocol::AUDIT_LOG;

/// The path of requests that only mark a place in the log. Anybody may ask for it, and nobody else does.
const MARKER: &str = "/livez/ping?marker=";
/// How long the log may take to show what was answered. It is written before the answer goes out.
const PATIENCE: Duration = Duration::from_secs(60);

/// A place in the record of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(u64);

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Kubernetes' verb: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
    pub verb: String,
    /// Path and query, as asked.
    pub path: String,
    /// The client's User-Agent.
    pub agent: String,
    /// The user.
    pub user: String,
    /// What makes requests countable.
    pub audit_id: String,
    /// The HTTP status; 0 while a watch goes on.
    pub code: u16,
    /// `deployments`, `pods/status`; empty for what is no resource.
    pub resource: String,
    /// The namespace of the object, where it has one.
    pub namespace: String,
    /// The name of the object, where one was given.
    pub name: String,
    /// When it came in, as RFC 3339 with microseconds: texts of equal form, so that they compare as times do.
    pub received: String,
    /// When it was answered; for a watch that goes on, when it began.
    pub answered: String,
}

impl Recorded {
    /// Whether it could change something: not a read, and not a dry run.
    pub fn is_write(&self) -> bool {
        !matches!(self.verb.as_str(), "get" | "list" | "watch")
            && !self.path.contains("dryRun=All")
            && !self.resource.starts_with("selfsubject")
    }
}

/// Requests in the order of their answers. Every filter returns fewer.
#[derive(Debug, Clone, Default)]
pub struct Requests(Vec<Recorded>);

impl Requests {
    /// Those of clients whose User-Agent starts so, as `mesh/`.
    pub fn by_agent(self, prefix: &str) -> Self {
        self.filter(|request| request.agent.starts_with(prefix))
    }

    /// Those that could change something.
    pub fn mutating(self) -> Self {
        self.filter(Recorded::is_write)
    }

    /// Those with this verb.
    pub fn by_verb(self, verb: &str) -> Self {
        self.filter(|request| request.verb == verb)
    }

    /// Those about this resource, as `deployments` or `pods/log`.
    pub fn by_resource(self, resource: &str) -> Self {
        self.filter(|request| request.resource == resource)
    }

    /// Those for which `keep` holds.
    pub fn filter(mut self, keep: impl FnMut(&Recorded) -> bool) -> Self {
        self.0.retain(keep);
        self
    }

    /// These, and those.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// How many there are; each auditID counts once.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn all(&self) -> &[Recorded] {
        &self.0
    }

    /// One line each, `VERB PATH CODE`, for the message of a test that fails.
    pub fn lines(&self) -> String {
        let line = |request: &Recorded| format!("{} {} {}\n", request.verb, request.path, request.code);
        self.0.iter().map(line).collect()
    }
}

impl<'a> IntoIterator for &'a Requests {
    type Item = &'a Recorded;
    type IntoIter = std::slice::Iter<'a, Recorded>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Cluster {
    /// All requests so far, of every client: filter them.
    ///
    /// # Errors
    /// The API server is gone.
    pub fn requests(&self) -> Result<Requests> {
        self.requests_since(Mark(0))
    }

    /// A place in the record: everything that was answered before is before it.
    ///
    /// # Errors
    /// The API server is gone.
    pub fn mark(&self) -> Result<Mark> {
        self.settled().map(Mark)
    }

    /// The requests since a mark.
    ///
    /// # Errors
    /// The API server is gone.
    pub fn requests_since(&self, mark: Mark) -> Result<Requests> {
        let end = self.settled()?;
        parse(&read(&self.folder().join(AUDIT_LOG), mark.0, end)?)
    }

    /// Asks for something unmistakable, and waits until the log shows it: then it shows all that was before. The
    /// length of the log up to there.
    fn settled(&self) -> Result<u64> {
        let marker = crate::supervisor::files::random_token()?;
        let uri = format!("{MARKER}{marker}");
        self.with_client(async |client| {
            let request = Request::get(&uri).body(Vec::new()).context("no request")?;
            client.request_text(request).await.context("the API server does not answer")?;
            Ok(())
        })?;
        let path = self.folder().join(AUDIT_LOG);
        let started = Instant::now();
        let mut from = 0;
        loop {
            let text = read(&path, from, u64::MAX)?;
            if let Some(found) = text.find(&marker) {
                let line_end = text.get(found..).and_then(|rest| rest.find('\n'));
                if let Some(line_end) = line_end {
                    return Ok(from + (found + line_end + 1) as u64);
                }
            } else {
                // Whole lines without it need no second look.
                from += text.rfind('\n').map_or(0, |end| end + 1) as u64;
            }
            if started.elapsed() > PATIENCE {
                bail!("the audit log {} does not show a request that was answered", path.display());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

fn read(path: &Path, from: u64, to: u64) -> Result<String> {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.take(to.saturating_sub(from)).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Reads audit events, one JSON document per line, and keeps the last of each auditID.
fn parse(text: &str) -> Result<Requests> {
    let mut requests: Vec<Recorded> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for line in text.lines() {
        let event: Value = serde_json::from_str(line).context("a line of the audit log is not JSON")?;
        let request = recorded(&event);
        if request.path.starts_with(MARKER) {
            continue;
        }
        match known.get(&request.audit_id).and_then(|&index| requests.get_mut(index)) {
            Some(earlier) => *earlier = request,
            None => {
                known.insert(request.audit_id.clone(), requests.len());
                requests.push(request);
            }
        }
    }
    Ok(Requests(requests))
}

fn recorded(event: &Value) -> Recorded {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let object = &event["objectRef"];
    let resource = match (text(&object["resource"]), text(&object["subresource"])) {
        (resource, sub) if sub.is_empty() => resource,
        (resource, sub) => format!("{resource}/{sub}"),
    };
    let complete = event["stage"] != "ResponseStarted";
    let code = event["responseStatus"]["code"].as_u64().filter(|_| complete).unwrap_or(0);
    Recorded {
        verb: text(&event["verb"]),
        path: text(&event["requestURI"]),
        agent: text(&event["userAgent"]),
        user: text(&event["user"]["username"]),
        audit_id: text(&event["auditID"]),
        code: u16::try_from(code).unwrap_or(0),
        resource,
        namespace: text(&object["namespace"]),
        name: text(&object["name"]),
        received: text(&event["requestReceivedTimestamp"]),
        answered: text(&event["stageTimestamp"]),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panic")]
mod tests {
    use super::parse;

    const LOG: &str = r#"{"auditID":"a","stage":"ResponseStarted","verb":"watch","requestURI":"/api/v1/pods?watch=1","userAgent":"mesh/0.1.0","responseStatus":{"code":200}}
{"auditID":"b","stage":"ResponseComplete","verb":"patch","requestURI":"/apis/apps/v1/namespaces/x/deployments/y","userAgent":"mesh/0.1.0","objectRef":{"resource":"deployments","namespace":"x","name":"y"},"responseStatus":{"code":201}}
{"auditID":"c","stage":"ResponseComplete","verb":"create","requestURI":"/api/v1/namespaces/x/pods?dryRun=All","userAgent":"mesh/0.1.0","objectRef":{"resource":"pods","namespace":"x"},"responseStatus":{"code":201}}
{"auditID":"a","stage":"ResponseComplete","verb":"watch","requestURI":"/api/v1/pods?watch=1","userAgent":"mesh/0.1.0","responseStatus":{"code":200}}
{"auditID":"d","stage":"ResponseComplete","verb":"get","requestURI":"/livez/ping?marker=1","userAgent":"x","responseStatus":{"code":200}}
{"auditID":"e","stage":"ResponseComplete","verb":"get","requestURI":"/api","userAgent":"kubectl/v1","responseStatus":{"code":403}}
"#;

    #[test]
    fn a_watch_counts_once_and_markers_not_at_all() {
        let all = parse(LOG).unwrap();
        assert_eq!(all.count(), 4, "{}", all.lines());
        assert_eq!(all.all()[0].code, 200);
    }

    #[test]
    fn a_dry_run_is_no_write() {
        let writes = parse(LOG).unwrap().by_agent("mesh/").mutating();
        assert_eq!(writes.lines(), "patch /apis/apps/v1/namespaces/x/deployments/y 201\n");
        assert_eq!(writes.by_resource("deployments").all()[0].name, "y");
    }
}
