//! How one is known to a registry: what `docker login` has written.

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::fetch::registry::Login;

/// Docker's own registry is written so.
const DOCKER_HUB: [&str; 2] = ["docker.io", "index.docker.io"];

/// What the configuration of Docker says of a registry: `config.json` in `DOCKER_CONFIG`, else in `~/.docker`.
///
/// # Errors
/// `bad-docker-config` (usage) where it is there and cannot be read.
pub fn login(host: &str) -> Result<Login> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = variable("DOCKER_CONFIG").or_else(|| variable("HOME").map(|home| home.join(".docker")));
    let Some(path) = folder.map(|folder| folder.join("config.json")) else { return Ok(Login::Nobody) };
    let wrong = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::usage("bad-docker-config", format!("{}: cannot be read", path.display()))
            .caused_by(error)
            .hint("mend it, or name another folder: DOCKER_CONFIG=DIR")
    };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        // Also below what is no folder.
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            return Ok(Login::Nobody);
        }
        Err(error) => return Err(wrong(error.into())),
    };
    let config: Value = serde_json::from_str(&text).map_err(|error| {
        // The error tells a place, no text of the file.
        wrong(error.to_string().into())
    })?;
    Ok(of(&config, host))
}

fn of(config: &Value, host: &str) -> Login {
    let known = config["auths"].as_object().into_iter().flatten();
    let entry = known.filter(|(name, _)| is_of(name, host)).map(|(_, entry)| entry).find_map(read);
    let helpers = config["credHelpers"].as_object().into_iter().flatten();
    let helper = helpers.filter(|(name, _)| is_of(name, host)).find_map(|(_, helper)| helper.as_str());
    let helper = helper.or(config["credsStore"].as_str()).filter(|name| !name.is_empty());
    entry.unwrap_or_else(|| helper.map_or(Login::Nobody, |name| Login::Helper(name.to_owned())))
}

/// Names are hosts, and URLs of old.
fn is_of(name: &str, host: &str) -> bool {
    let bare = name.split_once("://").map_or(name, |(_, rest)| rest);
    let bare = bare.split('/').next().unwrap_or_default();
    bare == host || DOCKER_HUB.contains(&bare) && DOCKER_HUB.contains(&host)
}

/// None where an entry says nothing: it is with a helper then.
fn read(entry: &Value) -> Option<Login> {
    let text = |field: &str| entry[field].as_str().filter(|text| !text.is_empty());
    if let Some(token) = text("identitytoken") {
        return Some(Login::Identity(token.to_owned()));
    }
    let login = |user: &str, password: &str| Login::Password { user: user.to_owned(), password: password.to_owned() };
    if let Some((user, password)) = text("username").zip(text("password")) {
        return Some(login(user, password));
    }
    let bytes = STANDARD.decode(text("auth")?).ok()?;
    let both = String::from_utf8(bytes).ok()?;
    let (user, password) = both.split_once(':')?;
    Some(login(user, password.trim_end_matches('\0')))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_docker_has_written_counts() {
        let config = json!({
            "auths": {
                "r.example.com": {"auth": STANDARD.encode("me:a:b")},
                "https://index.docker.io/v1/": {"username": "hub", "password": "p"},
                "token.example.com": {"auth": STANDARD.encode("x:"), "identitytoken": "t"},
                "kept.example.com": {},
                "broken.example.com": {"auth": "?"},
            },
            "credHelpers": {"kept.example.com": "pass"},
            "credsStore": "desktop",
        });
        let shown = |host: &str| match of(&config, host) {
            Login::Nobody => "nobody".to_owned(),
            Login::Password { user, password } => format!("{user}/{password}"),
            Login::Identity(token) => format!("token {token}"),
            Login::Helper(name) => format!("helper {name}"),
        };
        for (host, wanted) in [
            ("r.example.com", "me/a:b"),
            ("r.example.com:5000", "helper desktop"),
            ("docker.io", "hub/p"),
            ("token.example.com", "token t"),
            ("kept.example.com", "helper pass"),
            ("broken.example.com", "helper desktop"),
        ] {
            assert_eq!(shown(host), wanted, "{host}");
        }
        assert!(matches!(of(&json!({"auths": 7}), "r.example.com"), Login::Nobody));
    }
}
