//! The reader of YAML: against Go's, against itself, and in pieces.

use std::io::BufReader;

use mesh::input;
use mesh::yaml::{self, Pieces, Places, document, documents, documents_last_wins};
use serde_json::Value;

use super::{one_spelling, text, told};
use crate::{Target, go};

const WORDS: &[&str] = &[
    "a: 1\n",
    "b:\n",
    "  c: d\n",
    "- x\n",
    "- ",
    "? ",
    ": ",
    ":",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "!!binary ",
    "!!float ",
    "!x ",
    "|\n",
    ">-\n",
    "|+2\n",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "%TAG ! x\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "\\",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud800",
    "\\x41",
    "#",
    " #",
    "\t",
    "  ",
    "\n",
    "\r\n",
    "\r",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{a0}",
    "\0",
    "\u{1}",
    "\u{7f}",
    "~",
    "null",
    "Null",
    "true",
    "yes",
    "On",
    "n",
    "0644",
    "0o17",
    "0x1F",
    "0b11",
    "1_000",
    "1e3",
    "1e309",
    "-1e400",
    ".5",
    "5.",
    "+1",
    "-0",
    ".inf",
    "-.INF",
    ".NaN",
    "12:30:45",
    "2001-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "9223372036854775808",
    "18446744073709551616",
    "-9223372036854775809",
    "123456789012345678901234567890",
    "é",
    "😀",
    "=",
    "@",
    "`",
    "%",
];

/// A merge of lists, one in the other as deep as they may be, is copied once a level before the library refuses it, by each of
/// the five that read here: 1.7 GB, a little at a time, in a tenth of a second.
pub(super) const YAML: Target = Target { name: "yaml", run: read, words: WORDS, memory: 64, work: 2048, share: 100 };

pub(super) const STREAM: Target =
    Target { name: "stream", run: stream, words: WORDS, memory: 64, work: 512, share: 100 };

/// Why, and for which text and what we make of it.
type Difference = (&'static str, fn(&str, &Value) -> bool);

/// What Go reads as another value than we, each with the reason. What only one of the two refuses is not compared: Go's reader
/// is one of YAML 1.1, ours of 1.2.
const DIFFERENT: &[Difference] = &[
    ("these end a line in YAML 1.1 only", |text, _| text.contains(['\u{85}', '\u{2028}', '\u{2029}'])),
    ("a tag that nobody knows makes a text of any value in Go", |text, _| text.contains('!')),
    ("a key is what is written: Go makes `1` of `0x1`, and `true` of `y`", |_, ours| has_key(ours, is_no_text)),
    ("a fraction with `_` in it is a number in Go only", |text, _| text.contains('_')),
    ("a byte order mark may stand before any document", |text, _| {
        text.matches('\u{feff}').count() > 1 || text.trim_start().contains('\u{feff}')
    }),
    ("the name of an anchor ends where a space is, not with the letters", |text, _| {
        text.split('&').skip(1).any(is_odd_name)
    }),
    ("a block that is the whole document may stand at the margin", |text, ours| {
        ours.is_string() && text.contains(['|', '>'])
    }),
    ("a colon before `,` or a bracket ends a key in YAML 1.2 only", |text, _| {
        [":,", ":]", ":}", ":[", ":{"].iter().any(|odd| text.contains(odd))
    }),
    ("a question mark within brackets begins a key in YAML 1.1 whatever follows it", |text, _| {
        text.split('?').rev().skip(1).any(|before| before.trim_end().ends_with(['[', '{', ',']))
    }),
];

/// Whether a key of it is such.
fn has_key(value: &Value, is_it: fn(&str) -> bool) -> bool {
    match value {
        Value::Array(list) => list.iter().any(|value| has_key(value, is_it)),
        Value::Object(map) => map.iter().any(|(key, value)| is_it(key) || has_key(value, is_it)),
        _ => false,
    }
}

/// Whether it may be something else than text, without quotes.
fn is_no_text(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_digit() || "+-.~<".contains(first))
        || ["", "y", "n", "yes", "no", "on", "off", "true", "false", "null"]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(key))
}

fn is_odd_name(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let after = text.trim_start_matches(is_part);
    after.len() == text.len() || !after.starts_with([' ', '\n', '\r', '\t'])
}

fn read(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let read = documents("f", text);
    told(&read);
    let lenient = documents_last_wins("f", text);
    if let Ok(read) = &read {
        assert_eq!(lenient.as_ref().ok(), Some(read), "the lenient reader reads something else: {text:?}");
        read.iter().for_each(comes_back);
    }
    // Read for errors only, of whatever has errors.
    drop(Places::of(text));
    _ = yaml::document_place(text, 1);
    if let Ok(ours) = document("f", text)
        && let Some(Ok(theirs)) = go::yaml(text)
    {
        let same = one_spelling(&ours) == one_spelling(&theirs);
        assert!(
            same || DIFFERENT.iter().any(|(_, is_it)| is_it(text, &ours)),
            "{text:?}\n ours: {ours}\n Go's: {theirs}"
        );
    }
}

/// What is written is read the same.
pub(super) fn comes_back(value: &Value) {
    let Ok(written) = yaml::text(value) else { return };
    match document("f", &written) {
        Ok(again) => assert_eq!(one_spelling(&again), one_spelling(value), "{written:?}"),
        Err(error) => panic!("what is written cannot be read: {error}: {written:?}"),
    }
}

fn stream(data: &[u8]) {
    let mut last = 0;
    let whole: Vec<_> = Pieces::new("f", data).collect();
    // However it arrives, it is the same pieces.
    let bytewise: Vec<_> = Pieces::new("f", BufReader::with_capacity(1, data)).collect();
    assert_eq!(whole.len(), bytewise.len());
    for (piece, other) in whole.iter().zip(&bytewise) {
        let (Ok(piece), Ok(other)) = (piece, other) else {
            assert!(piece.is_err() && other.is_err());
            continue;
        };
        assert_eq!(piece, other);
        assert!(piece.line > last, "{} after {last}", piece.line);
        last = piece.line;
        let read = input::documents("f", piece);
        told(&read);
        for document in read.into_iter().flat_map(|read| read.documents) {
            let formed = mesh::inject::kubernetes_form(document);
            told(&formed);
            if let Ok(formed) = formed {
                comes_back(&formed);
            }
        }
    }
}
