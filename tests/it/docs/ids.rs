//! Every id that mesh can answer with has an entry in `docs/troubleshooting.md`, and every entry is of such an id.
//!
//! Ids of errors and findings are string literals, read from the sources: the argument of `Error::usage`, `Finding::error` and
//! their like. Where that is a variable the file is in [`BY_NAME`], and what has the form of an id in it is one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::markdown::{Page, root};
use super::tokens::{Token, tokens};
use crate::architecture::walk;

/// Files and folders below `src/` that give ids by other ways than a literal in its place: with the words of one part that are
/// ids, too, and those with hyphens that are none.
const BY_NAME: &[(&str, &[&str], &[&str])] = &[
    ("config/profile.rs", &[], &["control-plane", "egress-gateway", "ingress-gateway"]),
    ("config/validate.rs", &[], &["istio-egressgateway", "istio-ingressgateway"]),
    ("config/validate/", &[], &["istio-ingressgateway"]),
    ("config/values.rs", &[], &[]),
    ("plan/enrol.rs", &[], &[]),
    ("apply/proof.rs", &[], &["istio-proxy", "mesh-proof"]),
    ("inject/templates.rs", &[], &[]),
    ("change/precheck.rs", &["forbidden", "precheck"], &[]),
    ("check/webhooks.rs", &[], &[]),
    ("status/explain/", &["failed", "quota", "restarted", "unschedulable"], &["anti-affinity"]),
    ("wait/readiness.rs", &["failed"], &[]),
];

/// Where the constructors are, which take what they are given; a type calls itself `Self` there.
const CONSTRUCTORS: [&str; 2] = ["error.rs", "check/finding.rs"];

/// A source without its tests.
struct Source {
    /// Below `src/`.
    path: String,
    tokens: Vec<Token>,
}

fn sources() -> Vec<Source> {
    let (folder, mut found) = (root().join("src"), Vec::new());
    walk(&folder, &mut |path| {
        let relative = path.strip_prefix(&folder).expect("below src");
        if !relative.iter().any(|part| part == "tests.rs" || part == "tests") {
            let text = fs::read_to_string(path).expect("a source");
            found.push(Source { path: relative.display().to_string(), tokens: tokens(without_tests(&text)) });
        }
    });
    found
}

/// The text up to a module of tests, which ends a file.
fn without_tests(text: &str) -> &str {
    let begins = |(at, _): &(usize, &str)| {
        let rest = text[at + "#[cfg(test)]".len()..].trim_start();
        // What is expected of lints stands between.
        let rest =
            rest.strip_prefix("#[expect").map_or(rest, |rest| rest.split_once(")]\n").map_or("", |(_, rest)| rest));
        rest.starts_with("mod ") && rest.lines().next().is_some_and(|line| line.ends_with('{'))
    };
    let end = text.match_indices("#[cfg(test)]").find(begins).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// The arguments in which calls of a constructor name the id, each as its first token.
fn named(source: &Source) -> Vec<Option<&Token>> {
    let mut found = Vec::new();
    let is_constructors = CONSTRUCTORS.contains(&source.path.as_str());
    for (at, window) in source.tokens.windows(5).enumerate() {
        let place = match window {
            [Token::Word(of), Token::Sign(':'), Token::Sign(':'), Token::Word(by), Token::Sign('(')] => {
                match (of.as_str(), by.as_str()) {
                    ("Error", "usage" | "failed" | "in_the_way") | ("Finding", "error") => Some(0),
                    ("Self", "error") if is_constructors => Some(0),
                    ("Error", "new") => Some(1),
                    _ => None,
                }
            }
            _ => None,
        };
        found.extend(place.map(|place| argument(&source.tokens[at + 5..], place)));
    }
    found
}

/// The first token of an argument of a call, by its place from 0.
fn argument(rest: &[Token], place: usize) -> Option<&Token> {
    let (mut depth, mut commas) = (0_usize, 0);
    for token in rest {
        if depth == 0 && commas == place {
            return Some(token);
        }
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth = depth.checked_sub(1)?,
            Token::Sign(',') if depth == 0 => commas += 1,
            _ => {}
        }
    }
    None
}

fn has_hyphens(text: &str) -> bool {
    text.contains('-') && text.split('-').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase()))
}

/// Every id, with a file that names it.
fn in_sources() -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    let mut unknown = Vec::new();
    for source in sources() {
        let by_name = BY_NAME
            .iter()
            .find(|(path, ..)| source.path == *path || path.ends_with('/') && source.path.starts_with(path));
        let mut note = |id: &str| drop(ids.insert(id.to_owned(), source.path.clone()));
        for argument in named(&source) {
            match argument {
                Some(Token::Text(id)) => note(id),
                _ if by_name.is_some() || CONSTRUCTORS.contains(&source.path.as_str()) => {}
                other => unknown.push(format!("src/{}: {other:?} is no literal", source.path)),
            }
        }
        if let Some((_, words, others)) = by_name {
            for text in source.tokens.iter().filter_map(Token::text) {
                if words.contains(&text) || has_hyphens(text) && !others.contains(&text) {
                    note(text);
                }
            }
        }
    }
    assert!(unknown.is_empty(), "list these files in BY_NAME:\n{}", unknown.join("\n"));
    ids.extend(mesh::check::CHECKS.iter().map(|check| (check.id.to_owned(), "check/checks".to_owned())));
    ids
}

/// The ids that the page has entries for, in their order.
fn on_the_page(page: &Page) -> Vec<String> {
    let mut found = Vec::new();
    for row in page.rows() {
        let Some(rest) = row.first().and_then(|cell| cell.strip_prefix("<a id=\"")) else { continue };
        let (id, shown) = rest.split_once("\"></a>").unwrap_or_else(|| panic!("{row:?}"));
        assert_eq!(shown, format!("`{id}`"), "the entry is called what its link is");
        assert!(row.len() > 1 && row.iter().all(|cell| !cell.is_empty()), "{id} has an empty cell");
        found.push(id.to_owned());
    }
    found
}

#[test]
fn every_id_is_explained() {
    let (ids, listed) = (in_sources(), on_the_page(&Page::read("docs/troubleshooting.md")));
    assert!(ids.len() > 200, "{} ids were found", ids.len());
    let explained: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
    assert_eq!(explained.len(), listed.len(), "an id has two entries");
    let silent: Vec<String> = ids
        .iter()
        .filter(|(id, _)| !explained.contains(id.as_str()))
        .map(|(id, path)| format!("{id} (src/{path})"))
        .collect();
    assert!(silent.is_empty(), "docs/troubleshooting.md has no entry for {}", silent.join(", "));
    let gone: Vec<&str> = explained.into_iter().filter(|id| !ids.contains_key(*id)).collect();
    assert!(gone.is_empty(), "docs/troubleshooting.md explains what no source names: {}", gone.join(", "));
}

#[test]
fn ids_are_found_wherever_a_line_is_broken() {
    let source = |text: &str| Source { path: "x.rs".to_owned(), tokens: tokens(without_tests(text)) };
    let found = source(
        "// Error::usage(\"in-comment\", \"\")\nfn f<'a>() { Error::new(\n  Kind::of(1, 'x'),\n  \"broken-line\",\n  \"a\") }\n\
         let e = Error::failed(\"plain\", r#\"Error::failed(\"raw\")\"#);\nFinding::error(rule, None, \"\");\n\
         #[cfg(test)]\n#[expect(x, reason = \"y\")]\nmod tests {\n Error::usage(\"in-tests\", \"\");\n}\n",
    );
    let all: Vec<Option<&str>> = named(&found).into_iter().map(|token| token.and_then(Token::text)).collect();
    assert_eq!(all, [Some("broken-line"), Some("plain"), None]);
}
