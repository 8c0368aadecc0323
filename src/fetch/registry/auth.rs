//! How a registry is told who asks: by a token that it names the place of, or by name and password.

use std::fmt;
use std::io::Read;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ureq::Agent;
use ureq::http::HeaderMap;
use ureq::http::header::{AUTHORIZATION, USER_AGENT, WWW_AUTHENTICATE};

use crate::error::Error;

/// A token is some kilobytes.
const MAX_TOKEN_BYTES: u64 = 1 << 20;

/// How one is known to a registry. Never shown.
#[derive(Clone, Default)]
pub enum Login {
    /// Not at all.
    #[default]
    Nobody,
    /// By name and password.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// By a token that is exchanged for others.
    Identity(String),
    /// By a program that is not asked, with its name: as nobody.
    Helper(String),
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "Nobody",
            Self::Password { .. } => "Password",
            Self::Identity(_) => "Identity",
            Self::Helper(_) => "Helper",
        })
    }
}

/// Why nobody is let in.
pub(super) struct Denied {
    helper: Option<String>,
    known: bool,
    why: String,
}

impl Denied {
    pub(super) fn of(login: &Login, why: String) -> Self {
        let helper = if let Login::Helper(name) = login { Some(name.clone()) } else { None };
        Self { known: matches!(login, Login::Password { .. } | Login::Identity(_)), helper, why }
    }

    pub(super) fn error(self, host: &str) -> Error {
        let Self { helper, known, why } = self;
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        let who = if known { "does not let the user of Docker's configuration in" } else { "wants to know who asks" };
        let error = Error::failed("registry-denied", format!("the registry {host} {who}{why}"));
        let error = match helper {
            Some(name) => error
                .hint(format!("docker-credential-{name} is not asked: only `auths` of Docker's configuration count")),
            None => error,
        };
        error.hint(format!(
            "docker login {host}, which writes ~/.docker/config.json; DOCKER_CONFIG names another folder"
        ))
    }
}

/// What a registry wants to know.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// A token of that place.
    Bearer { realm: String, service: String },
    /// Name and password.
    Basic,
    /// Something else.
    Unknown,
}

impl Challenge {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let all = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        let mut read: Vec<Self> = all.map(Self::of).collect();
        read.sort_by_key(|one| match one {
            Self::Bearer { .. } => 0,
            Self::Basic => 1,
            Self::Unknown => 2,
        });
        read.into_iter().next().unwrap_or(Self::Unknown)
    }

    fn of(text: &str) -> Self {
        let (scheme, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        if scheme.eq_ignore_ascii_case("basic") {
            return Self::Basic;
        }
        let (mut realm, mut service) = (String::new(), String::new());
        for (name, value) in parameters(rest) {
            match name.to_ascii_lowercase().as_str() {
                "realm" => realm = value,
                "service" => service = value,
                _ => {}
            }
        }
        if scheme.eq_ignore_ascii_case("bearer") && !realm.is_empty() {
            return Self::Bearer { realm, service };
        }
        Self::Unknown
    }

    /// What to say for `scope`, as the header `Authorization`.
    pub(super) fn answer(&self, agent: &Agent, login: &Login, scope: &str, limit: Duration) -> Result<String, Denied> {
        let denied = |why: &str| Denied::of(login, why.to_owned());
        let basic = match login {
            Login::Password { user, password } => {
                Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
            }
            _ => None,
        };
        match self {
            Self::Basic => basic.ok_or_else(|| denied("")),
            Self::Unknown => Err(denied("it does not say how")),
            Self::Bearer { realm, service } => {
                let given = match login {
                    Login::Identity(token) => {
                        let form = [
                            ("grant_type", "refresh_token"),
                            ("service", service.as_str()),
                            ("client_id", "mesh"),
                            ("scope", scope),
                            ("refresh_token", token.as_str()),
                        ];
                        let request = agent.post(realm).header(USER_AGENT, crate::fetch::AGENT);
                        request.config().timeout_global(Some(limit)).build().send_form(form)
                    }
                    _ => {
                        let request = agent.get(realm).query("service", service).query("scope", scope);
                        let request = request.header(USER_AGENT, crate::fetch::AGENT);
                        let request = basic.into_iter().fold(request, |one, basic| one.header(AUTHORIZATION, basic));
                        request.config().timeout_global(Some(limit)).build().call()
                    }
                };
                let response = given.map_err(|error| denied(&format!("its tokens cannot be fetched: {error}")))?;
                if !response.status().is_success() {
                    return Err(denied(&format!("its place of tokens answers {}", response.status().as_u16())));
                }
                let mut bytes = Vec::new();
                let read = super::reader(response).take(MAX_TOKEN_BYTES).read_to_end(&mut bytes);
                read.map_err(|error| denied(&format!("its token does not come: {error}")))?;
                let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
                let token = value["token"].as_str().or(value["access_token"].as_str());
                let token = token.filter(|token| token.bytes().all(|one| (b'!'..=b'~').contains(&one)));
                token.map(|token| format!("Bearer {token}")).ok_or_else(|| denied("no token came"))
            }
        }
    }
}

/// `name="value"` and `name=value`, parted by commas.
fn parameters(mut text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    while let Some((name, rest)) = text.split_once('=') {
        let name = name.trim_matches([' ', ',']).to_owned();
        let (value, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(',').unwrap_or((rest, "")),
        };
        found.push((name, value.trim().to_owned()));
        text = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_read() {
        let bearer =
            |realm: &str, service: &str| Challenge::Bearer { realm: realm.to_owned(), service: service.to_owned() };
        let table = [
            (
                "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:a,b:pull,push\"",
                bearer("https://auth.docker.io/token", "registry.docker.io"),
            ),
            ("bearer service=s, realm=https://r/t?a=b", bearer("https://r/t?a=b", "s")),
            ("Basic realm=\"x\"", Challenge::Basic),
            ("BASIC", Challenge::Basic),
            ("Bearer service=s", Challenge::Unknown),
            ("Negotiate", Challenge::Unknown),
            ("", Challenge::Unknown),
            ("Bearer realm=\"unended", bearer("unended", "")),
        ];
        for (text, wanted) in table {
            assert_eq!(Challenge::of(text), wanted, "{text}");
        }
    }

    #[test]
    fn who_asks_is_not_shown() {
        let login = Login::Password { user: "me".to_owned(), password: "secret".to_owned() };
        assert_eq!(format!("{login:?} {:?}", Login::Identity("secret".to_owned())), "Password Identity");
        assert!(!Denied::of(&login, String::new()).error("r.example.com").to_string().contains("secret"));
    }
}
