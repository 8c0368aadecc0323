//! Small texts: quantities, names, versions, what is shown on a terminal, and command lines.

use clap::Parser;
use mesh::cli::Cli;
use mesh::object::{Quantity, names};
use mesh::plan::{state, version};
use mesh::{fetch, status, text, ui};
use serde_json::Value;

use super::text as read;
use crate::Target;

pub(super) const WORDS: Target = Target { name: "words", run: words, words: PARTS, memory: 8, work: 64, share: 100 };

pub(super) const ARGUMENTS: Target =
    Target { name: "arguments", run: arguments, words: ARGUMENT_WORDS, memory: 32, work: 256, share: 10 };

const PARTS: &[&str] = &[
    "1",
    "0",
    "-",
    "+",
    ".",
    "e",
    "E",
    "n",
    "u",
    "m",
    "k",
    "M",
    "Gi",
    "Ei",
    "Ki",
    "999999999999999999999",
    "0.0000000001",
    "e27",
    "E-27",
    "e99999999999",
    "v",
    "1.30.3",
    "-alpha",
    "+build",
    "istio.io/rev",
    "/",
    ":",
    "@sha256:",
    "a",
    "-a",
    "A",
    "_",
    "é",
    "\u{1b}[31m",
    "\u{202e}",
    "\0",
    "\n",
    "\t",
    " ",
    "mesh.v1.",
    "default.",
    ".7",
    "https://",
    "user:pw@",
    "host",
    "file:",
    "%",
    "localhost:5000/",
];

const ARGUMENT_WORDS: &[&str] = &[
    "install\n",
    "upgrade\n",
    "uninstall\n",
    "inject\n",
    "verify\n",
    "--set\n",
    "--set=",
    "-f\n",
    "--timeout\n",
    "--timeout=",
    "-o\n",
    "json\n",
    "--revision\n",
    "--context\n",
    "--context=",
    "--dry-run\n",
    "-y\n",
    "--help\n",
    "-vv\n",
    "profile\n",
    "list\n",
    "manifest\n",
    "generate\n",
    "status\n",
    "describe\n",
    "pod\n",
    "tag\n",
    "set\n",
    "99999999999999999999h\n",
    "1h30m\n",
    "-5m\n",
    "1e309s\n",
    "=",
    "--\n",
    "-",
    "--",
    "\n",
    "é",
    "\u{202e}",
    "--size\n",
    "tiny\n",
    "--color\n",
    "never\n",
    "--ignore\n",
    "--select\n",
    "a=b,c!=d\n",
];

fn words(data: &[u8]) {
    let Some(text) = read(data) else { return };
    quantity(text);
    let named = [
        names::is_label,
        names::is_service,
        names::is_subdomain,
        names::is_host,
        names::is_label_value,
        names::is_label_key,
        names::is_port,
    ];
    if named.iter().any(|is_one| is_one(text)) {
        assert!(text.len() < 400 && text.is_ascii(), "a name: {text:?}");
    }
    let (left, right) = text.split_once('\n').unwrap_or((text, "1.30.3"));
    assert!(!(version::is_older(left, right) && version::is_older(right, left)), "{left:?} {right:?}");
    _ = version::step(left, right, "default");
    _ = (status::version::of_image(text), status::version::repository(text));
    let parsed = state::parse_name(text);
    assert!(parsed.is_none_or(|parsed| text.contains(parsed.revision)), "{text:?}");
    _ = (text::shell_word(text), fetch::shown(text));
    let shown = ui::sanitize(text);
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
}

/// A quantity has one canonical form, of the same amount.
fn quantity(text: &str) {
    let amount = Quantity::parse(text);
    if amount.is_some() {
        assert!(Quantity::is_one(text), "{text:?}");
    }
    let Some(canonical) = Quantity::canonical(text) else { return };
    assert_eq!(Quantity::canonical(&canonical).as_deref(), Some(canonical.as_str()), "{text:?}");
    assert_eq!(Quantity::parse(&canonical), amount, "{text:?} {canonical:?}");
    let amount = amount.unwrap_or_default();
    _ = (amount.memory(), amount.decimal(), amount.per(Quantity::of(3)), amount + amount - amount);
    _ = Quantity::of_value(&Value::from(text));
}

/// Each line is an argument.
fn arguments(data: &[u8]) {
    let Some(text) = read(data) else { return };
    if let Err(error) = Cli::try_parse_from(std::iter::once("mesh").chain(text.split('\n'))) {
        assert!(!error.to_string().is_empty());
    }
}
