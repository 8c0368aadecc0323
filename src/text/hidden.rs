//! What nobody should see on a screen or in a log: values whose names say that they are secret, private keys, and passwords in
//! addresses. What is written to a cluster is never touched by this.

use serde_json::Value;

/// What stands for a value that nobody should see.
pub const HIDDEN: &str = "(hidden)";

/// Words that end the names of secrets.
const WORDS: [&str; 9] =
    ["token", "password", "passwd", "passphrase", "secret", "apikey", "credential", "credentials", "privatekey"];
/// What makes a secret of a `key`.
const KEYS: [&str; 7] = ["api", "access", "auth", "private", "secret", "encryption", "signing"];
/// The fields in which a Secret holds what is secret.
pub const HELD: [&str; 2] = ["data", "stringData"];
const PRIVATE: &str = "PRIVATE KEY-----";

/// Whether what is called so is a secret: by its last word, so that `API_TOKEN` and `clientSecret` are, and `secretName` and
/// `TOKEN_AUDIENCES` are not.
pub fn is_secret(name: &str) -> bool {
    let words = words(name);
    match words.as_slice() {
        [.., before, last] if last == "key" => KEYS.contains(&before.as_str()),
        [.., last] => WORDS.contains(&last.as_str()) || last.ends_with("password"),
        [] => false,
    }
}

/// The words of a name in lower case: `clientSecret`, `client_secret` and `client-secret` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for character in name.chars() {
        let begins = character.is_uppercase() && was_lower;
        if !character.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
        was_lower = character.is_lowercase() || character.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A text without the values of its lines `name: value`, `"name": "value"` and `name=value` whose names say that they are secret,
/// without passwords in addresses; nothing of a text with a private key.
pub fn text(text: &str) -> String {
    if text.contains(PRIVATE) {
        return HIDDEN.to_owned();
    }
    let lines: Vec<String> = text.split('\n').map(line).collect();
    lines.join("\n")
}

fn line(line: &str) -> String {
    let bare = |name: &str| is_secret(name.trim().trim_start_matches("- ").trim_matches(['"', '\'']));
    let cut = line.find([':', '=']).filter(|at| bare(&line[..*at]));
    match cut {
        Some(at) if line[at + 1..].trim().trim_matches([',', '"', '\'', '{', '[']).is_empty() => line.to_owned(),
        Some(at) => format!("{} {HIDDEN}", &line[..=at]),
        None => addresses(line),
    }
}

/// A text without what stands before the `@` of its addresses: `https://user:password@host` is `https://host`.
pub fn addresses(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        shown.push_str(before);
        let end = after.find(|c: char| c.is_whitespace() || "/?#\"'<>".contains(c)).unwrap_or(after.len());
        rest = match after[..end].rfind('@') {
            Some(user) => &after[user + 1..],
            None => after,
        };
    }
    shown.push_str(rest);
    shown
}

/// A tree without the values whose keys, or whose `name` beside a `value`, say that they are secret.
pub fn tree(tree: &Value) -> Value {
    match tree {
        Value::Object(map) => {
            let is_named = map.get("name").and_then(Value::as_str).is_some_and(is_secret);
            let one = |(key, value): (&String, &Value)| {
                let is_hidden = is_secret(key) || is_named && key == "value";
                (key.clone(), if is_hidden { scalar(value) } else { self::tree(value) })
            };
            Value::Object(map.iter().map(one).collect())
        }
        Value::Array(list) => list.iter().map(self::tree).collect(),
        Value::String(string) => text(string).into(),
        other => other.clone(),
    }
}

/// An object of Kubernetes as [`tree`], and without what a Secret holds.
pub fn object(object: &Value) -> Value {
    let mut shown = tree(object);
    if object["kind"] == "Secret" && object["apiVersion"] == "v1" {
        for field in HELD {
            let held = shown.get_mut(field).and_then(Value::as_object_mut);
            held.into_iter().flat_map(|held| held.values_mut()).for_each(|value| *value = HIDDEN.into());
        }
    }
    shown
}

/// A setting `PATH=VALUE` without its value where the path has the name of a secret.
pub fn setting(setting: &str) -> String {
    match setting.split_once('=') {
        Some((path, value)) if !value.is_empty() && is_secret(path) => format!("{path}={HIDDEN}"),
        _ => addresses(setting),
    }
}

/// Of a value that has a secret name: flags and numbers (how long, whether) are none.
pub fn scalar(value: &Value) -> Value {
    match value {
        Value::String(text) if !text.is_empty() => HIDDEN.into(),
        other => tree(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_say_what_is_secret() {
        for name in [
            "API_TOKEN",
            "clientSecret",
            "db-password",
            "token",
            "AWS_SECRET_ACCESS_KEY",
            "privateKey",
            "x.apiKey",
            "PGPASSWORD",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["secretName", "TOKEN_AUDIENCES", "imagePullSecrets", "key", "hotkey", "SECRET_TTL", "", "tokens"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn lines_keep_their_names_and_lose_their_values() {
        let table = [
            ("  API_TOKEN: abc", "  API_TOKEN: (hidden)"),
            ("  \"apiKey\": \"abc\",", "  \"apiKey\": (hidden)"),
            ("password=abc", "password= (hidden)"),
            ("token:", "token:"),
            ("\"secret\": {", "\"secret\": {"),
            ("name: web", "name: web"),
            ("url: https://u:p@host/x and http://b@c", "url: https://host/x and http://c"),
            ("a\ntoken: b\nc", "a\ntoken: (hidden)\nc"),
            ("-----BEGIN EC PRIVATE KEY-----\nabc", "(hidden)"),
            ("mail@host", "mail@host"),
        ];
        for (given, wanted) in table {
            assert_eq!(text(given), wanted);
        }
    }

    #[test]
    fn what_a_secret_holds_is_hidden() {
        let secret = json!({ "apiVersion": "v1", "kind": "Secret", "data": { "q": "aHVudGVyMg==" }, "stringData": { "p": "b" } });
        let shown = object(&secret);
        assert_eq!((&shown["data"], &shown["stringData"]), (&json!({ "q": HIDDEN }), &json!({ "p": HIDDEN })));
        let map = json!({ "apiVersion": "v1", "kind": "ConfigMap", "data": { "q": "a" } });
        assert_eq!(object(&map), map);
        assert_eq!(setting("values.a.clientSecret=b"), "values.a.clientSecret=(hidden)");
        assert_eq!(setting("hub=https://u:p@h"), "hub=https://h");
    }

    #[test]
    fn trees_lose_what_has_a_secret_name() {
        let given = json!({"env": [{"name": "API_TOKEN", "value": "a"}, {"name": "X", "value": "b"}],
            "password": "c", "token": {"ttl": "1h"}, "secret": true, "url": "https://a:b@c"});
        let wanted = json!({"env": [{"name": "API_TOKEN", "value": HIDDEN}, {"name": "X", "value": "b"}],
            "password": HIDDEN, "token": {"ttl": "1h"}, "secret": true, "url": "https://c"});
        assert_eq!(tree(&given), wanted);
    }
}
