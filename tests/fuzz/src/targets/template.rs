//! The template engine against Go's, and Istio's own functions.

use std::collections::BTreeMap;

use gotemplate::{Functions, Limits, MissingKey, Templates, Value};
use mesh::template::istio;
use serde_json::json;

use super::text;
use crate::Target;
use crate::go::{self, Question};

pub(super) const TEMPLATE: Target =
    Target { name: "template", run: template, words: WORDS, memory: 48, work: 768, share: 150 };

pub(super) const FUNCTIONS: Target =
    Target { name: "functions", run: functions, words: ISTIO_WORDS, memory: 48, work: 768, share: 100 };

/// Low, so that what runs into them does so at once.
const LIMITS: Limits = Limits { depth: 60, output_bytes: 1 << 16, steps: 20_000 };

/// What a limit says; Go has none, or others.
const LIMITED: [&str; 5] =
    ["steps allowed", "exceeded maximum template depth", "longer than", "nested deeper than", "nested too deeply"];

const WORDS: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    " ",
    "\n",
    "(",
    ")",
    "|",
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
    ".m.b.c",
    ".nil",
    ".s",
    ".f",
    "nil",
    "true",
    "{{ if .a }}",
    "{{ else }}",
    "{{ else if .nil }}",
    "{{ else with .s }}",
    "{{ end }}",
    "{{ range .list }}",
    "{{ range $x, $y := .m }}",
    "{{ range 3 }}",
    "{{ range $i := 4 }}",
    "{{ with .m }}",
    "{{ with $x := .s }}",
    "{{ define \"t\" }}",
    "{{ template \"t\" . }}",
    "{{ block \"u\" .m }}",
    "{{ include \"t\" . }}",
    "{{ tpl .s . }}",
    "{{ break }}",
    "{{ continue }}",
    "{{/* c */}}",
    "{{- /* c */ -}}",
    "\"x\\n\"",
    "`r`",
    "'a'",
    "\"\\u00e9\"",
    "1",
    "-1",
    "0x1F",
    "1.5",
    "1e3",
    "1_000",
    "0b11",
    "0o17",
    "9e999",
    "1i",
    "99999999999999999999",
    "é",
    "😀",
    "\u{85}",
    "{{ .a | printf \"%5.2f|%v|%q|%T\" }}",
    "{{ printf \"%[2]*[1]d\" 3 4 }}",
    "{{ printf \"%999999999d\" 1 }}",
    "{{ printf \"%-10s|%+d|%x|%#v\" .s 5 .s .m }}",
    "{{ index .list 1 }}",
    "{{ index .m \"b\" \"c\" }}",
    "{{ slice .s 1 2 }}",
    "{{ len .list }}",
    "{{ eq .a 1.0 2.0 }}",
    "{{ lt 1 2 }}",
    "{{ and .a .nil }}",
    "{{ or .nil .s }}",
    "{{ not .a }}",
    "{{ html .h }}",
    "{{ js .h }}",
    "{{ urlquery .h }}",
    "{{ print .a .s 1 2 }}",
    "{{ println .list }}",
    "{{ toYaml .m | nindent 2 }}",
    "{{ toJson . }}",
    "{{ fromYaml .y }}",
    "{{ (fromJson \"{\\\"a\\\": 1}\").a }}",
    "{{ default 5 .nil }}",
    "{{ quote .s .a }}",
    "{{ repeat 3 .s }}",
    "{{ trunc -2 .s }}",
    "{{ substr 1 3 .s }}",
    "{{ splitList \",\" .c }}",
    "{{ join \"-\" .list }}",
    "{{ sortAlpha .list }}",
    "{{ uniq .list }}",
    "{{ regexMatch \"^a+$\" .s }}",
    "{{ regexReplaceAll \"(x)\" .s \"${1}y\" }}",
    "{{ regexFindAll \"[a-z]\" .s -1 }}",
    "{{ regexSplit \",\" .c 2 }}",
    "{{ semverCompare \"^1.2\" \"1.3.0\" }}",
    "{{ add 1 .a 2.9 \"3\" }}",
    "{{ div 7 0 }}",
    "{{ mod 7 3 }}",
    "{{ until 5 }}",
    "{{ untilStep 5 0 -2 }}",
    "{{ seq 1 2 9 }}",
    "{{ round 2.567 2 }}",
    "{{ addf 0.1 0.2 }}",
    "{{ int64 .f }}",
    "{{ merge (dict \"a\" 1) .m }}",
    "{{ set .m \"k\" 1 }}",
    "{{ unset .m \"b\" }}",
    "{{ pick .m \"b\" }}",
    "{{ dig \"b\" \"c\" 0 .m }}",
    "{{ first .list }}",
    "{{ rest .list }}",
    "{{ slice .list 0 2 }}",
    "{{ has 1.0 .list }}",
    "{{ without .list 1.0 }}",
    "{{ b64enc .s | b64dec }}",
    "{{ sha256sum .s }}",
    "{{ title .s }}",
    "{{ camelcase .u }}",
    "{{ snakecase .u }}",
    "{{ kebabcase .u }}",
    "{{ wrap 3 .s }}",
    "{{ abbrev 5 .c }}",
    "{{ indent 2 .y }}",
    "{{ cat .s .a }}",
    "{{ ternary 1 2 .a }}",
    "{{ coalesce .nil .s }}",
    "{{ empty .list }}",
    "{{ required \"r\" .s }}",
    "{{ lookup \"v1\" \"Pod\" \"\" \"\" }}",
    "{{ kindOf .s }}",
    "{{ deepEqual .m .m }}",
    "{{ atoi \"7\" }}",
    "{{ toDecimal 777 }}",
    "{{ base \"a/b.c\" }}",
    "{{ ext \"a.b\" }}",
    "{{ clean \"a/../b\" }}",
    "{{ trimAll \"x\" .s }}",
    "{{ fail \"f\" }}",
    "{{ concat .list .list }}",
    "{{ chunk 2 .list }}",
    "{{ compact .list }}",
    "{{ mustToPrettyJson .m }}",
    "{{ nospace .y }}",
    "{{ initials .c }}",
    "{{ plural \"a\" \"b\" 2 }}",
];

const ISTIO_WORDS: &[&str] = &[
    "{{ ",
    " }}",
    "(",
    ")",
    " | ",
    ".list",
    ".m",
    ".s",
    ".a",
    ".nil",
    "\"a\"",
    "\"\"",
    "1",
    "-1",
    "1.5",
    "99999999999999999999",
    "{{ annotation .m \"a\" \"b\" }}",
    "{{ valueOrDefault .nil 5 }}",
    "{{ structToJSON .m }}",
    "{{ fromJSON .s }}",
    "{{ fromJSON \"{\\\"a\\\": [1e309]}\" }}",
    "{{ toYaml .m }}",
    "{{ indent 4 .s }}",
    "{{ indent 99999999999 .s }}",
    "{{ directory .s }}",
    "{{ contains \"a\" .s }}",
    "{{ toLower .s }}",
    "{{ env \"A\" \"x\" }}",
    "{{ omitNil .m }}",
    "{{ omit (strdict \"a\" \"b\") \"a\" }}",
    "{{ formatDuration 1500 }}",
    "{{ formatDuration -9223372036854775808 }}",
    "{{ index .list 99999999999 }}",
    "{{ index .m \"b\" \"c\" }}",
    "{{ strdict \"a\" \"1\" }}",
    "{{ toJsonMap (strdict \"b\" \"<\") }}",
    "{{ isset .m \"b\" }}",
    "{{ includeInboundPorts .list }}",
    "{{ excludeInboundPort .a .s }}",
    "{{ kubevirtInterfaces .s }}",
    "{{ appendMultusNetwork .s \"x\" }}",
    "{{ protoToJSON .m }}",
    "{{ otelResourceAttributes .m }}",
    "{{ range $k, $v := .m }}",
    "{{ end }}",
    "{{ if .a }}",
    "\n",
    "é",
    "{{ toJSON .m }}",
    "{{ dict \"a\" .m }}",
    "{{ list 1 nil }}",
];

fn data() -> serde_json::Value {
    json!({
        "a": 1, "f": 2.75, "list": [1, "x", null, true], "m": {"b": {"c": true}, "d": "e"}, "nil": null, "s": "text", "h": "<a href='b'>&\"c\u{e9}\u{2028}",
        "y": "a: [1, {b: c}]\nd: e\n", "c": "one,two,three", "u": "aBc-d_e f",
    })
}

/// Why, and for which templates.
type Difference = (&'static str, fn(&Asked<'_>) -> bool);

/// Where we differ from Go, each with the reason.
const DIFFERENT: &[Difference] = &[
    ("text is UTF-8 here: what is cut within a character is U+FFFD", |asked| asked.either('\u{fffd}')),
    ("what a wrong directive of printf says is told as far as anybody reads it", |asked| asked.go.out.contains("%!")),
    ("a number with a fraction of 0 is no integer", |asked| {
        asked.ours_says("wrong type for value; expected int; got float64")
    }),
    ("a group's name may begin with a digit in Go", |asked| asked.ours_says("invalid capture group character")),
    ("which characters are letters changes with every Unicode", |asked| asked.template.chars().any(|c| c > '\u{ffff}')),
    ("complex numbers are left out", |asked| asked.ours_says("is a complex number")),
    ("dates, random values, certificates and the network are left out", |asked| asked.ours_says("not defined")),
];

/// A template with both answers.
struct Asked<'a> {
    template: &'a str,
    ours: &'a Result<String, String>,
    go: &'a go::Answer,
}

impl Asked<'_> {
    fn either(&self, what: char) -> bool {
        self.template.contains(what)
            || self.go.out.contains(what)
            || self.ours.as_ref().is_ok_and(|out| out.contains(what))
    }

    fn ours_says(&self, what: &str) -> bool {
        self.ours.as_ref().is_err_and(|error| error.contains(what))
    }

    fn is_same(&self) -> bool {
        match self.ours {
            Ok(out) => self.go.error.is_empty() && *out == self.go.out,
            Err(_) => !self.go.error.is_empty(),
        }
    }
}

fn render(functions: Functions, missing: MissingKey, text: &str) -> Result<String, String> {
    let mut set = Templates::new(functions).limits(LIMITS).missing_key(missing);
    let rendered = set.parse("probe", text).and_then(|()| set.render("probe", &Value::from_json_floats(&data())));
    rendered.map_err(|error| error.to_string())
}

thread_local! {
    static HELM: Functions = Functions::helm();
    static ISTIO: Functions = istio(BTreeMap::from([("A".to_owned(), "1".to_owned())]));
}

fn template(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let (missing, name) =
        if text.len() % 2 == 0 { (MissingKey::Invalid, "default") } else { (MissingKey::Helm, "helm") };
    let ours = render(HELM.with(Clone::clone), missing, text);
    bounded(&ours);
    let says = |words: &[&str]| ours.as_ref().is_err_and(|error| words.iter().any(|word| error.contains(word)));
    // What Go would take without a bound is not given to it, nor what we do not know and Go may do.
    if says(&LIMITED) || says(&["not defined"]) {
        return;
    }
    let question =
        Question { mode: "helm".to_owned(), missing: name.to_owned(), data: data(), template: text.to_owned() };
    let Some(go) = go::ask(&question) else { return };
    let asked = Asked { template: text, ours: &ours, go: &go };
    assert!(
        asked.is_same() || DIFFERENT.iter().any(|(_, is_it)| is_it(&asked)),
        "{text:?} ({name})\n ours: {ours:?}\n Go's: {:?} {}",
        go.out,
        go.error
    );
}

fn functions(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    bounded(&render(ISTIO.with(Clone::clone), MissingKey::Invalid, text));
}

fn bounded(rendered: &Result<String, String>) {
    if let Ok(out) = rendered {
        assert!(out.len() <= LIMITS.output_bytes, "{} bytes", out.len());
    }
}
