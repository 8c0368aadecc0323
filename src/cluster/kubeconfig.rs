//! Kubeconfig files, read as kubectl does by the one reader of YAML: within its bounds, and with an error that never shows a value,
//! as many of them are secret.

use std::fs::File;
use std::io::{self, Read};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use kube::config::Kubeconfig;
use serde::Deserialize;
use serde_json::{Value, json};

use super::failure::bad_kubeconfig;
use crate::error::{Error, Kind, Result};
use crate::yaml;

/// The files of `$KUBECONFIG` as one; those that do not exist are passed over, as kubectl does.
///
/// # Errors
/// `no-kubeconfig`, `bad-kubeconfig` (cluster errors).
pub(super) fn merged(listed: &[PathBuf]) -> Result<Kubeconfig> {
    let there: Vec<&PathBuf> = listed.iter().filter(|path| path.exists()).collect();
    if there.is_empty() {
        let names: Vec<String> = listed.iter().map(|path| path.display().to_string()).collect();
        let message = format!("$KUBECONFIG names no file that exists: {}", names.join(", "));
        return Err(Error::new(Kind::Cluster, "no-kubeconfig", message)
            .hint("correct or unset KUBECONFIG, or give --kubeconfig FILE"));
    }
    there.into_iter().try_fold(Kubeconfig::default(), |merged, path| joined(merged, read(path)?, path))
}

/// One file; its documents count as files of their own. Paths in it are relative to where it is.
///
/// # Errors
/// `no-kubeconfig`, `bad-kubeconfig` (cluster errors).
pub(super) fn read(path: &Path) -> Result<Kubeconfig> {
    let name = path.display().to_string();
    let text = text(path).map_err(|error| {
        Error::new(Kind::Cluster, "no-kubeconfig", format!("{name}: cannot be read"))
            .caused_by(error)
            .hint("check the path and the permissions of the file")
    })?;
    let unreadable = || bad_kubeconfig(format!("{name}: cannot be read as a kubeconfig"));
    // Of a key that is there twice the last one counts, as it does for kubectl.
    let documents = yaml::documents_last_wins(&name, &text).map_err(|error| unreadable().caused_by(error))?;
    documents.into_iter().try_fold(Kubeconfig::default(), |merged, document| {
        let mut one = Kubeconfig::deserialize(&document)
            .map_err(|_| bad_kubeconfig(format!("{name}: {} is not as in a kubeconfig", misshapen(&document))))?;
        if let Some(folder) = path.parent() {
            make_absolute(&mut one, folder);
        }
        joined(merged, one, path)
    })
}

fn joined(merged: Kubeconfig, next: Kubeconfig, path: &Path) -> Result<Kubeconfig> {
    merged.merge(next).map_err(|error| bad_kubeconfig(format!("{}: cannot be merged", path.display())).caused_by(error))
}

/// The text of a file; editors of Windows write UTF-16, and marks of byte order.
fn text(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    // One byte more than is taken, and no more of what never ends.
    File::open(path)?.take(yaml::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    decoded(bytes).ok_or_else(|| io::Error::other("it is not text"))
}

fn decoded(bytes: Vec<u8>) -> Option<String> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let pairs = bytes.chunks_exact(2);
        let is_whole = pairs.remainder().is_empty();
        let units: Vec<u16> = pairs.map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units).ok().filter(|_| is_whole)
    };
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes).ok(),
    }
}

/// Where a document is not as in a kubeconfig: the first part of it that by itself is not.
fn misshapen(document: &Value) -> String {
    let fits = |part: Value| Kubeconfig::deserialize(&part).is_ok();
    let Some(map) = document.as_object() else { return "the document".to_owned() };
    for (key, value) in map {
        if fits(json!({ key: value })) {
            continue;
        }
        let elements = value.as_array().map(Vec::as_slice).unwrap_or_default();
        return match elements.iter().position(|one| !fits(json!({ key: [one] }))) {
            Some(place) => format!("`{key}[{place}]`"),
            None => format!("`{key}`"),
        };
    }
    "the document".to_owned()
}

/// Files that it names are relative to it, and so is a plugin with a folder; one without is looked for on `PATH`.
fn make_absolute(kubeconfig: &mut Kubeconfig, folder: &Path) {
    let absolute = |path: &mut Option<String>| {
        if let Some(relative) = path.as_ref().filter(|path| Path::new(path).is_relative())
            && let Some(text) = folder.join(relative).to_str()
        {
            *path = Some(text.to_owned());
        }
    };
    for cluster in kubeconfig.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()) {
        absolute(&mut cluster.certificate_authority);
    }
    for user in kubeconfig.auth_infos.iter_mut().filter_map(|named| named.auth_info.as_mut()) {
        absolute(&mut user.client_certificate);
        absolute(&mut user.client_key);
        absolute(&mut user.token_file);
        if let Some(exec) = &mut user.exec
            && exec.command.as_ref().is_some_and(|command| command.contains(MAIN_SEPARATOR))
        {
            absolute(&mut exec.command);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]
    use super::*;

    const TEXT: &str = "\
apiVersion: v1
kind: Config
current-context: a
contexts:
- {name: a, context: {cluster: c, user: u}}
clusters:
- name: c
  cluster: {server: 'https://c', certificate-authority: ca.crt}
users:
- name: u
  user:
    client-certificate: /abs/u.crt
    tokenFile: sub/token
    exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin}
---
contexts:
- {name: b, context: {cluster: c, user: v}}
users:
- {name: v, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}, token: one, token: two}}
";

    fn read_bytes(bytes: &[u8]) -> Result<Kubeconfig> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, bytes).unwrap();
        let found = read(&path);
        let mut text = serde_json::to_string(&found.as_ref().ok()).unwrap();
        text = text.replace(folder.path().to_str().unwrap(), "/at");
        found.map(|_| serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn documents_are_one_and_paths_are_relative_to_the_file() {
        let found = serde_json::to_value(read_bytes(TEXT.as_bytes()).unwrap()).unwrap();
        assert_eq!(found["current-context"], "a");
        assert_eq!(found["contexts"][1]["name"], "b");
        assert_eq!(found["clusters"][0]["cluster"]["certificate-authority"], "/at/ca.crt");
        let user = &found["users"][0]["user"];
        assert_eq!(
            [&user["client-certificate"], &user["tokenFile"], &user["exec"]["command"]],
            ["/abs/u.crt", "/at/sub/token", "/at/./plugin"]
        );
        assert_eq!(found["users"][1]["user"]["exec"]["command"], "aws");
    }

    #[test]
    fn text_of_every_editor_is_read_and_what_is_cut_off_is_told() {
        let wide = |mark: [u8; 2], unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            mark.into_iter().chain(TEXT.encode_utf16().flat_map(unit)).collect()
        };
        let plain = serde_json::to_value(read_bytes(TEXT.as_bytes()).unwrap()).unwrap();
        let little = wide([0xff, 0xfe], u16::to_le_bytes);
        let marked = [&[0xef, 0xbb, 0xbf], TEXT.as_bytes()].concat();
        for bytes in [little.clone(), wide([0xfe, 0xff], u16::to_be_bytes), marked] {
            assert_eq!(serde_json::to_value(read_bytes(&bytes).unwrap()).unwrap(), plain);
        }
        for cut in [&little[..little.len() - 1], &[0xff, 0xfe, 0x41], &[0x80, 0x81]] {
            assert_eq!(read_bytes(cut).unwrap_err().id(), "no-kubeconfig");
        }
    }

    #[test]
    fn what_is_wrong_is_named_and_no_value_is_shown() {
        let table = [
            ("users:\n- {name: a, user: {}}\n- {name: b, user: hush}\n", "`users[1]` is not as in a kubeconfig"),
            ("clusters: hush\n", "`clusters` is not as in a kubeconfig"),
            ("users:\n- {name: a, user: {token: [hush]}}\n", "`users[0]` is not"),
            ("hush\n", "the document is not"),
            ("users: {hush\n", "cannot be read as a kubeconfig"),
            ("users:\n- {name: a, user: {password: 'hush}}\n", "cannot be read as a kubeconfig"),
        ];
        for (text, wanted) in table {
            let error = read_bytes(text.as_bytes()).unwrap_err();
            let said = format!("{error} {:?}", error.hints());
            assert!(error.id() == "bad-kubeconfig" && said.contains(wanted) && !said.contains("hush"), "{said}");
        }
    }
}
