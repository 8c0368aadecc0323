//! Credentials of an exec plugin of the kubeconfig: the command runs once, ends with the time of the run at the latest, and
//! again only when what it gave is about to expire.

use std::io::IsTerminal;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use k8s_openapi::jiff::Timestamp;
use kube::config::{ExecConfig, ExecInteractiveMode};
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

use super::failure::Unable;
use crate::error::Result;
use crate::text::hidden::text as named;
use crate::yaml;

/// How long before the time of the run is over a plugin is ended, so that it can be said whose fault it was.
const LAST_WORD: Duration = Duration::from_millis(100);
/// How long a plugin may take at least: what has to be done also when the time of the run is over needs credentials.
const AT_LEAST: Duration = Duration::from_secs(5);
/// A token is renewed so long before it expires, or when a quarter of its life is left.
const MARGIN: Duration = Duration::from_secs(30);
/// How often a plugin is asked at most.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);
/// How much of what a plugin printed is shown.
const LINES: usize = 10;
/// Words of this length are no words.
const SECRET: usize = 40;

/// The token of a plugin, renewed as it expires.
pub(super) struct Tokens {
    plugin: Plugin,
    current: Mutex<Token>,
}

struct Plugin {
    exec: ExecConfig,
    context: String,
    deadline: Instant,
}

struct Token {
    header: HeaderValue,
    renew_at: Option<Timestamp>,
}

impl Tokens {
    /// The header that says who we are.
    pub(super) async fn header(&self) -> Result<HeaderValue, Unable> {
        let mut current = self.current.lock().await;
        if current.renew_at.is_some_and(|at| Timestamp::now() >= at) {
            let given = self.plugin.run().await?;
            *current = given.token.ok_or_else(|| self.plugin.unable("gave no token this time"))?;
        }
        Ok(current.header.clone())
    }
}

/// Runs the plugin of `config`, where it has one that is to be used, and puts what it gives in its place.
///
/// # Errors
/// What became of it, with its command.
pub(super) async fn obtain(
    config: &mut kube::Config,
    context: &str,
    deadline: Instant,
) -> Result<Option<Arc<Tokens>>, Unable> {
    let user = &mut config.auth_info;
    let Some(exec) = user.exec.take() else { return Ok(None) };
    // What is written down comes before what has to be obtained.
    if user.token.is_some() || user.token_file.is_some() || (user.username.is_some() && user.password.is_some()) {
        return Ok(None);
    }
    let plugin = Plugin { exec, context: context.to_owned(), deadline };
    let given = plugin.run().await?;
    if let Some((certificate, key)) = given.certificate {
        user.client_certificate_data = Some(STANDARD.encode(certificate));
        user.client_key_data = Some(STANDARD.encode(key).into());
    }
    Ok(given.token.map(|token| Arc::new(Tokens { plugin, current: Mutex::new(token) })))
}

/// What a plugin gave.
struct Given {
    token: Option<Token>,
    /// With its key, both PEM.
    certificate: Option<(String, String)>,
}

impl Plugin {
    async fn run(&self) -> Result<Given, Unable> {
        let Some(name) = self.exec.command.as_deref().filter(|name| !name.is_empty()) else {
            return Err(self.unable("is a plugin without a command"));
        };
        let terminal = std::io::stdin().is_terminal();
        let interactive = match self.exec.interactive_mode {
            Some(ExecInteractiveMode::Never) => false,
            Some(ExecInteractiveMode::Always) if !terminal => {
                return Err(self.unable("wants a terminal to ask on, and stdin is none"));
            }
            _ => terminal,
        };
        let mut command = Command::new(name);
        command.args(self.exec.args.iter().flatten());
        let pairs = self.exec.env.iter().flatten();
        command.envs(pairs.filter_map(|pair| Some((pair.get("name")?, pair.get("value")?))));
        command.env("KUBERNETES_EXEC_INFO", self.info(interactive)?);
        for dropped in self.exec.drop_env.iter().flatten() {
            command.env_remove(dropped);
        }
        // Where it may ask, its questions are shown as they come.
        let (stdin, stderr) =
            if interactive { (Stdio::inherit(), Stdio::inherit()) } else { (Stdio::null(), Stdio::piped()) };
        command.stdin(stdin).stderr(stderr).stdout(Stdio::piped()).kill_on_drop(true);
        tracing::debug!(command = self.shown(), "asking for credentials");
        let child = command.spawn().map_err(|error| self.not_started(&error))?;
        let output = match timeout_at(self.until(), child.wait_with_output()).await {
            Err(_) => return Err(self.unable("has not answered in time and was ended").timed_out()),
            Ok(Err(error)) => return Err(self.unable(format!("cannot be heard: {error}"))),
            Ok(Ok(output)) => output,
        };
        if !output.status.success() {
            let printed = printed(&output.stderr);
            return Err(self.unable(format!("failed ({})", output.status)).with_cause(printed));
        }
        given(&output.stdout).ok_or_else(|| {
            self.unable("printed no credentials (an ExecCredential with a status)").with_cause(printed(&output.stderr))
        })
    }

    /// When it is ended.
    fn until(&self) -> Instant {
        let now = Instant::now();
        if self.deadline > now + LAST_WORD { self.deadline - LAST_WORD } else { now + AT_LEAST }
    }

    /// What the plugin is told.
    fn info(&self, interactive: bool) -> Result<String, Unable> {
        let mut info = json!({
            "apiVersion": self.exec.api_version, "kind": "ExecCredential", "spec": { "interactive": interactive },
        });
        if self.exec.provide_cluster_info {
            let cluster = self.exec.cluster.as_ref().map(serde_json::to_value);
            let cluster = cluster.and_then(std::result::Result::ok);
            info["spec"]["cluster"] =
                cluster.ok_or_else(|| self.unable("wants to know the cluster, which is not known"))?;
        }
        Ok(info.to_string())
    }

    fn not_started(&self, error: &std::io::Error) -> Unable {
        match error.kind() {
            std::io::ErrorKind::NotFound => {
                let missing = self.unable("is not installed, or not in PATH");
                match self.exec.install_hint.as_deref().map(str::trim).filter(|hint| !hint.is_empty()) {
                    Some(hint) => missing.with_hint(hint.to_owned()),
                    None => missing.with_hint("install it, or name where it is in the kubeconfig".to_owned()),
                }
            }
            _ => self.unable(format!("cannot be started: {error}")),
        }
    }

    /// The command as it is in the kubeconfig.
    fn shown(&self) -> String {
        let words = self.exec.command.iter().chain(self.exec.args.iter().flatten());
        words.map(|word| hidden(word)).collect::<Vec<_>>().join(" ")
    }

    fn unable(&self, why: impl std::fmt::Display) -> Unable {
        let Self { context, .. } = self;
        let shown = self.shown();
        Unable::new(format!("the credentials of context {context} cannot be obtained: its plugin `{shown}` {why}"))
    }
}

/// Whether what a plugin printed is an ExecCredential that gives something.
pub fn is_credential(stdout: &[u8]) -> bool {
    given(stdout).is_some()
}

/// Reads an ExecCredential, which is JSON, or YAML as `kubectl` takes it too.
fn given(stdout: &[u8]) -> Option<Given> {
    let text = std::str::from_utf8(stdout).ok()?;
    let document: Value = serde_json::from_str(text).ok().or_else(|| {
        // What it says is not told: it may hold the token.
        yaml::documents("the plugin", text).ok()?.into_iter().next()
    })?;
    let field = |name: &str| document["status"][name].as_str().filter(|text| !text.is_empty());
    let expires = match field("expirationTimestamp") {
        Some(text) => Some(text.parse::<Timestamp>().ok()?),
        None => None,
    };
    let token = match field("token") {
        Some(token) => {
            let mut header = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
            header.set_sensitive(true);
            Some(Token { header, renew_at: expires.map(|expires| renewal(Timestamp::now(), expires)) })
        }
        None => None,
    };
    let certificate = field("clientCertificateData").zip(field("clientKeyData"));
    let certificate = certificate.map(|(certificate, key)| (certificate.to_owned(), key.to_owned()));
    (token.is_some() || certificate.is_some()).then_some(Given { token, certificate })
}

/// When to renew what was obtained `now`.
fn renewal(now: Timestamp, expires: Timestamp) -> Timestamp {
    let life = Duration::try_from(expires.duration_since(now)).unwrap_or_default();
    // What has expired already, by our clock, is used all the same: the server has a clock of its own.
    (expires - MARGIN.min(life / 4)).max(now + AT_MOST_EVERY)
}

/// The last lines of what a plugin printed for people, without what may be a token.
pub fn printed(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let last = lines[lines.len().saturating_sub(LINES)..].iter().map(|line| hidden(&named(line)));
    last.collect::<Vec<_>>().join("\n")
}

/// `text` without what may be a token: runs of characters that no word or path has.
fn hidden(text: &str) -> String {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || "-_.=+".contains(c);
    let mut shown = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.find(|c| !is_of_token(c)).unwrap_or(rest.len());
        shown.push_str(if run < SECRET { &rest[..run] } else { "…" });
        let other = rest[run..].find(is_of_token).map_or(rest.len(), |length| run + length);
        shown.push_str(&rest[run..other]);
        rest = &rest[other..];
    }
    shown
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_renewed_a_little_before_they_expire() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let table = [(20, 15), (3600, 3570), (0, 1), (-5, 1)];
        for (life, at) in table {
            let after = |seconds: i64| now + k8s_openapi::jiff::SignedDuration::from_secs(seconds);
            assert_eq!(renewal(now, after(life)), after(at), "{life}");
        }
    }

    #[test]
    fn what_a_plugin_prints_is_shown_without_what_may_be_a_token() {
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl";
        let text = format!("refused: token={token}\n\nsee https://example.com/some/path-to/it\n");
        assert_eq!(printed(text.as_bytes()), "refused: …\nsee https://example.com/some/path-to/it");
        let many: String = (0..30).map(|line| format!("{line}\n")).collect();
        assert_eq!(printed(many.as_bytes()).lines().next(), Some("20"));
    }
}
