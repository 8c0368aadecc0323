//! Whatever the text: parsing and rendering end, with a result or an error.

use gotemplate::{Functions, Limits, MissingKey, Templates, Value};
use proptest::{
    collection::vec,
    prelude::{Strategy, any, prop_oneof},
    sample::select,
    test_runner::{Config, TestRunner},
};
use serde_json::json;

/// What templates are made of, put together at random.
const TOKENS: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    " ",
    "\n",
    "{{ ",
    " }}",
    "{{- ",
    " -}}",
    "(",
    ")",
    "|",
    " | ",
    ":=",
    "=",
    ",",
    ".",
    "..",
    "$",
    "$x",
    "$y",
    ".a",
    ".list",
    ".m.b",
    ".nil",
    ".s",
    "nil",
    "true",
    "false",
    "if ",
    "else",
    "else if ",
    "end",
    "{{ end }}",
    "range ",
    "range $x, $y := ",
    "with ",
    "define \"t\"",
    "template \"t\" ",
    "block \"t\" ",
    "break",
    "continue",
    "{{/*",
    "*/}}",
    "\"",
    "`",
    "'",
    "'a'",
    "\"x\\n\"",
    "\"\\",
    "1",
    "-1",
    "0x1F",
    "1.5",
    "1e3",
    "9e999",
    "é",
    "😀",
    "\0",
    "\u{85}",
    "text",
    "%",
    "!",
    "#",
    "/",
];

/// A random template: tokens, and calls of any function with any arguments.
fn template() -> impl Strategy<Value = String> {
    let names: Vec<String> = Functions::helm().names().iter().map(ToString::to_string).collect();
    let operand = select(vec![
        ".",
        ".a",
        ".list",
        ".m",
        ".m.b",
        ".nil",
        ".s",
        "$",
        "nil",
        "true",
        "0",
        "1",
        "-1",
        "3.7",
        "\"\"",
        "\"a\"",
        "\"%5d%s%v%q%*d%[2]x\"",
        "\"é😀\"",
        "\"(a|b)*\"",
        "\"[\"",
        "\"a: [1, {b: c}]\\n\"",
        "(list 1 \"a\" nil)",
        "(dict \"a\" 1)",
        "(list)",
        "\"1.2.3-beta\"",
        "\"^1.2 || ~0\"",
        "9223372036854775807",
        "-9223372036854775808",
        "\"{{ . }}\"",
        "1e300",
        "\"a/../b.c\"",
        "(until 5)",
        "\"  x\\n y\"",
    ]);
    let call =
        (select(names), vec(operand, 0..5)).prop_map(|(name, args)| format!("{{{{ {name} {} }}}}", args.join(" ")));
    let token = select(TOKENS.to_vec()).prop_map(str::to_owned);
    let piece = prop_oneof![6 => token, 3 => call, 1 => any::<String>()];
    vec(piece, 0..25).prop_map(|pieces| pieces.concat())
}

#[test]
fn nothing_panics_and_everything_ends() {
    let data = json!({"a": 1, "list": [1, "x", null], "m": {"b": {"c": true}}, "nil": null, "s": "text"});
    let limits = Limits { depth: 50, output_bytes: 1 << 16, steps: 20_000 };
    let config = Config { cases: 2000, failure_persistence: None, ..Config::default() };
    let functions = Functions::helm();
    let rendered = std::cell::Cell::new(0);
    TestRunner::new(config)
        .run(&template(), |text| {
            for missing in [MissingKey::Invalid, MissingKey::Helm] {
                let mut set = Templates::new(functions.clone()).limits(limits).missing_key(missing);
                if set.parse("fuzz", &text).is_ok() && set.render("fuzz", &Value::from_json_floats(&data)).is_ok() {
                    rendered.set(rendered.get() + 1);
                }
            }
            Ok(())
        })
        .unwrap();
    assert!(rendered.get() > 100, "only {} of the random templates render: they prove little", rendered.get());
}
