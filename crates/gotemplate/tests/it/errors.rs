//! Errors: what is refused when parsing, and where errors point.

use gotemplate::{Error, Functions, Templates, Value};

fn set(files: &[(&str, &str)]) -> Templates {
    let mut set = Templates::new(Functions::helm());
    for (name, text) in files {
        set.parse(name, text).unwrap();
    }
    set
}

fn refused(text: &str) -> String {
    let mut set = Templates::new(Functions::helm());
    match set.parse("f.yaml", text) {
        Ok(()) => panic!("accepted: {text}"),
        Err(error) => error.to_string(),
    }
}

fn fails(text: &str) -> Error {
    match set(&[("f.yaml", text)]).render("f.yaml", &Value::Nil) {
        Ok(out) => panic!("rendered: {out}"),
        Err(error) => error,
    }
}

#[test]
fn parsing_refuses_with_place() {
    for (text, wanted) in [
        ("a\n  {{ nope 1 }}", "f.yaml:2:6: function \"nope\" not defined"),
        ("{{ if true }}\nx", "f.yaml:1:1: unclosed {{if}}: {{end}} is missing"),
        ("x\n{{ range .a }}{{ with .b }}{{ end }}", "f.yaml:2:1: unclosed {{range}}: {{end}} is missing"),
        ("{{ if true }}{{ else }}", "f.yaml:1:1: unclosed {{if}}: {{end}} is missing"),
        ("{{ define \"x\" }}a", "f.yaml:1:11: unclosed define clause: {{end}} is missing"),
        ("a {{ end }}", "f.yaml:1:3: unexpected {{end}}"),
        ("a {{ else }}", "f.yaml:1:3: unexpected {{else}}"),
        ("é {{ $x }}", "f.yaml:1:6: undefined variable \"$x\""),
        ("{{ .a", "f.yaml:1:1: unclosed action"),
        ("{{ \"a }}", "f.yaml:1:4: unterminated quoted string"),
        ("{{/* a", "f.yaml:1:1: unclosed comment"),
        ("{{ (1 }}", "f.yaml:1:7: unclosed left paren"),
        ("{{ break }}", "f.yaml:1:1: {{break}} outside {{range}}"),
        ("{{ }}", "f.yaml:1:4: missing value for command"),
        ("{{ template x }}", "f.yaml:1:13: unexpected <x> in template clause"),
        ("{{ 1 | 2 }}", "f.yaml:1:8: non executable command in pipeline stage 2"),
        ("{{ \"\\xff\" }}", "f.yaml:1:4: string literal is not UTF-8"),
    ] {
        assert_eq!(refused(text), wanted, "{text}");
    }
}

#[test]
fn a_refused_text_leaves_the_set_as_it_was() {
    let mut set = set(&[("a", "{{ define \"x\" }}old{{ end }}")]);
    set.parse("a", "{{ define \"x\" }}new{{ end }}{{ nope }}").unwrap_err();
    set.parse("b", "{{ template \"x\" }}").unwrap();
    assert_eq!(set.render("b", &Value::Nil).unwrap(), "old");
    let names: Vec<String> = set.names().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["a", "b", "x"]);
}

#[test]
fn rendering_errors_point_to_the_place() {
    for (text, wanted) in [
        ("a\n{{ fail \"boom\" }}", "f.yaml:2:4: error calling fail: boom"),
        ("{{ eq 1 \"a\" }}", "f.yaml:1:4: error calling eq: incompatible types for comparison: int and string"),
        ("{{ upper }}", "f.yaml:1:4: wrong number of args for upper: want 1 got 0"),
        ("x\n\n  {{ 1 | index (list 1 2) 9 }}", "f.yaml:3:10: error calling index: index out of range: 9"),
        ("{{ template \"no\" }}", "f.yaml:1:1: template \"no\" not defined"),
        ("{{ $x = 1 }}", "f.yaml:1:4: undefined variable: $x"),
        (
            "{{ \"a\" | trunc 1.5 }}",
            "f.yaml:1:10: error calling trunc: wrong type for value; expected int; got float64",
        ),
        ("{{ range 1.5 }}{{ end }}", "f.yaml:1:1: range can't iterate over 1.5"),
        ("{{ (dict).a.b }}", "f.yaml:1:4: nil pointer evaluating interface {}.b"),
        ("{{ nil }}", "f.yaml:1:4: nil is not a command"),
    ] {
        let mut set = Templates::new(Functions::helm()).missing_key(gotemplate::MissingKey::Zero);
        set.parse("f.yaml", text).unwrap();
        assert_eq!(set.render("f.yaml", &Value::Nil).unwrap_err().to_string(), wanted, "{text}");
    }
}

#[test]
fn the_chain_names_every_call() {
    let set = set(&[
        ("_lib.tpl", "{{ define \"inner\" }}\n{{ required \"no name\" .name }}{{ end }}"),
        ("_more.tpl", "{{ define \"outer\" }}- {{ include \"inner\" . | quote }}{{ end }}"),
        ("pod.yaml", "kind: Pod\nname: {{ template \"outer\" . }}"),
    ]);
    let error = set.render("pod.yaml", &Value::map([("x", Value::Nil)])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "_lib.tpl:2:4: error calling required: no name\n  \
         in \"include\", called at _more.tpl:1:26\n  in \"outer\", called at pod.yaml:2:7"
    );
    assert_eq!((&*error.file, error.line, error.col), ("_lib.tpl", 2, 4));
    assert_eq!(error.chain.len(), 2);
}

#[test]
fn tpl_names_its_text_and_its_caller() {
    let error = fails("a: {{ tpl \"x\\n{{ nope }}\" . }}");
    assert_eq!(
        error.to_string(),
        "f.yaml (tpl):2:4: function \"nope\" not defined\n  in \"tpl\", called at f.yaml:1:7"
    );
}

#[test]
fn a_template_that_is_not_there() {
    let error = set(&[]).render("gone", &Value::Nil).unwrap_err();
    assert_eq!(error.to_string(), "gone: template \"gone\" not defined");
    assert_eq!((error.line, error.col), (0, 0));
}

#[test]
fn functions_of_the_caller_fail_with_name_and_place() {
    let mut functions = Functions::go();
    functions.insert("odd", |_, args| -> Result<Value, String> { Err(format!("{} arguments", args.len())) });
    let mut set = Templates::new(functions);
    set.parse("f", "{{ odd 1 2 }}").unwrap();
    let error = set.render("f", &Value::Nil).unwrap_err();
    assert_eq!(error.to_string(), "f:1:4: error calling odd: 2 arguments");
}
