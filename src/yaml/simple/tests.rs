use proptest::collection::vec;
use proptest::prelude::*;

use super::documents;
use crate::yaml::read::whole_documents;

/// What lines of manifests, and of what is nearly one, are made of.
const PIECES: [&str; 82] = [
    "a: 1",
    "b: two",
    "c:",
    "d: {}",
    "e: []",
    "- x",
    "- a: 1",
    "- b:",
    "-",
    "- - y",
    "f: |",
    "g: |-",
    "h: |+",
    "- |",
    "i: \"q # r\"",
    "j: 'it''s'",
    "k: # gone",
    "l: v # gone",
    "# all gone",
    "---",
    "...",
    "m: [a, \"b\", 1]",
    "n: {a: 1, b: [x]}",
    "n: {\"a\":{\"b\":\"100m\",\"c\":[1,true]},\"d\":7}",
    "n: {\"a\":x:y, \"b\" :1}",
    "o: yes",
    "p: 1.5",
    "q: 010",
    "r: 1.2.3",
    "s: 10m",
    "t: -1",
    "u: --flag=x",
    "v: ~",
    "w: null",
    "on: x",
    "1: x",
    "\"two words\": x",
    "x: a: b",
    "y z: 1",
    "plain text",
    "text: http://a:80/b",
    "a: >",
    "a: &x 1",
    "b: *x",
    "c: !!str 1",
    "a: \"\\n\\\"\"",
    "d: 'open",
    "e: [1, 2",
    "f: 0x1f",
    "g: 1e3",
    "h: .5",
    "i: 2001-01-01",
    "j: 12:30:45",
    "k: 1_000",
    "l: +1",
    "m: nan",
    "n: Infinity",
    "o: a #b",
    "p: a# b",
    "q: -",
    "r: ?",
    "? s",
    "t: @a",
    "u: \"a\" b",
    "v:x",
    "w: \"a\"# b",
    "- # gone",
    "x: 25%",
    "y: 99999999999999999999",
    "z: -0",
    "\ta: 1",
    "a:\tb",
    "",
    "  ",
    "%TAG",
    "a: 00",
    "b: .spec.x",
    "c: .nan",
    "d: caf\u{e9} \u{2013} x",
    "e: \u{2028}x",
    "\u{e9}: f",
    "f: \u{e9}",
];

/// What it says must be what the whole reader says.
fn agrees(text: &str) -> Result<bool, TestCaseError> {
    let Some(simple) = documents(text) else { return Ok(false) };
    match whole_documents("f", text) {
        Ok(whole) => prop_assert_eq!(simple, whole, "{}", text),
        Err(error) => prop_assert!(false, "read, but the whole reader says {error}:\n{text}"),
    }
    Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn it_says_what_the_whole_reader_says(lines in vec((0..4usize, 0..PIECES.len()), 1..9), end in any::<bool>()) {
        let lines: Vec<String> =
            lines.iter().map(|(indent, piece)| format!("{}{}", "  ".repeat(*indent), PIECES[*piece])).collect();
        agrees(&(lines.join("\n") + if end { "\n" } else { "" }))?;
    }

    #[test]
    fn scalars_mean_the_same(text in "[-+.~:#0-9a-fxyosnulkm_ ]{1,7}") {
        agrees(&format!("a: {text}\n"))?;
        agrees(&format!("{text}: a\n"))?;
        agrees(&format!("- {text}\n"))?;
        agrees(&format!("- [{text}, \"{text}\", '{text}']\n"))?;
    }

    #[test]
    fn literal_blocks_mean_the_same(lines in vec("[ ]{0,5}[a#-]{0,2}[ \t]{0,2}", 0..7), head in "[|][12]?[-+]?") {
        agrees(&format!("a:\n  b: {head}\n{}\nc: 1\n", lines.join("\n")))?;
        agrees(&format!("- {head}\n{}\n", lines.join("\n")))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn text_over_several_lines_means_the_same(
        lines in vec("[ ]{0,6}[ab1#:.'\"\\\\n*`<{\\[-]{0,3}[ ]{0,2}[ab:#'\"\\\\]{0,2}", 1..5),
        quote in "[\"']?",
    ) {
        let text = lines.join("\n");
        agrees(&format!("a:\n  b: {quote}a{text}{quote}\n  c: 1\n"))?;
        agrees(&format!("- {quote}a{text}{quote}\n- b\n"))?;
    }
}

#[test]
fn text_over_several_lines_is_simple() {
    let text = "a: one\n  two\n\n  three\nb: 'it''s\n\n  four '\nc: \"five\\n\n  six\\\n  \\ seven\"\n";
    assert!(agrees(text).expect("the same"), "not simple");
}

#[test]
fn all_that_is_built_in_is_simple() {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("profiles")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "yaml") {
                texts.push((path.display().to_string(), std::fs::read_to_string(&path).expect("a file")));
            }
        }
    }
    assert!(texts.len() > 20, "{}", texts.len());
    for (name, text) in texts {
        assert!(agrees(&text).unwrap_or_else(|error| panic!("{name}: {error}")), "{name} is not simple");
    }
}

#[test]
fn what_is_rendered_is_simple() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n  labels: {}\nspec:\n  template:\n    spec:\n      \
                containers:\n      - name: istio-proxy\n        image: \"docker.io/istio/proxyv2:1.30.3\"\n        args:\n        \
                - proxy\n        - --log_output_level=default:info\n        ports:\n        - containerPort: 15090\n        resources: {\"limits\":{\"cpu\":\"2\",\"memory\":\"1Gi\"},\"requests\":{}}\n      \
                volumes:\n        - emptyDir: {medium: Memory}\n          name: data\n---\n# nothing\n---\na: |\n  b\n   c\n\n";
    let documents = documents(text).expect("simple");
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[0]["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"], 15090);
    assert_eq!(documents[1]["a"], "b\n c\n");
    assert!(agrees(text).is_ok());
}

#[test]
fn it_ends_where_it_is_not_sure() {
    let deep = format!("a: {}1{}\n", "[".repeat(5000), "]".repeat(5000));
    let steps: String = (0..5000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    for text in ["a: 1\na: 2\n", "a: caf\u{85}\n", "a: 1\r\n", "a: &b c\n", deep.as_str(), steps.as_str()] {
        assert_eq!(documents(text), None, "{text:.40}");
    }
}
