//! Values: shared maps, objects, numbers, functions with state.

use gotemplate::{Functions, Map, MissingKey, Object, Templates, Value};
use serde_json::json;
use std::{cell::Cell, rc::Rc};

fn helm(files: &[(&str, &str)]) -> Templates {
    let mut set = Templates::new(Functions::helm()).missing_key(MissingKey::Helm);
    for (name, text) in files {
        set.parse(name, text).unwrap();
    }
    set
}

/// As Helm renders a chart: one context for all files, so that one file prepares it for the others.
#[test]
fn what_one_file_sets_the_next_one_sees() {
    let set = helm(&[
        (
            "zzz_first",
            "{{ $_ := mustMergeOverwrite .Values (dict \"a\" (dict \"x\" 2)) }}{{ $_ := set .Values \"b\" true }}",
        ),
        ("aaa_last", "{{ .Values.a }} {{ .Values.b }}"),
    ]);
    let context = Value::from_json(&json!({"Values": {"a": {"x": 1, "y": 0}}}));
    set.render("zzz_first", &context).unwrap();
    assert_eq!(set.render("aaa_last", &context).unwrap(), "map[x:2 y:0] true");
    assert_eq!(context.to_json().unwrap(), json!({"Values": {"a": {"x": 2, "y": 0}, "b": true}}));
}

#[test]
fn numbers_of_json_are_ints_or_floats_as_asked() {
    let json = json!({"n": 1_000_000, "f": 1.5});
    let set = helm(&[("t", "{{ .n }} {{ .n | toYaml }} {{ kindOf .n }} {{ .f }}")]);
    assert_eq!(set.render("t", &Value::from_json(&json)).unwrap(), "1000000 1000000 int 1.5");
    assert_eq!(set.render("t", &Value::from_json_floats(&json)).unwrap(), "1e+06 1000000 float64 1.5");
    assert_eq!(Value::from_json_floats(&json).to_json().unwrap(), json);
}

struct Files;

impl Object for Files {
    fn field(&self, name: &str) -> Option<Value> {
        (name == "Count").then_some(Value::Int(1))
    }

    fn call(&self, name: &str, args: &[Value]) -> Result<Value, String> {
        match (name, args) {
            ("Get", [Value::Str(path)]) => Ok(format!("content of {path}").into()),
            ("All", []) => Ok(Value::list(["a".into(), "b".into()])),
            _ => Err(format!("no method {name} for {} arguments", args.len())),
        }
    }

    fn value(&self) -> Value {
        Value::map([("a", "content".into())])
    }
}

#[test]
fn objects_have_fields_methods_and_a_plain_value() {
    let context = Value::map([("Files", Value::object(Files))]);
    for (text, wanted) in [
        ("{{ .Files.Get \"a.yaml\" }}", "content of a.yaml"),
        ("{{ \"a.yaml\" | .Files.Get }}", "content of a.yaml"),
        ("{{ (.Files.Get \"a\") | upper }}", "CONTENT OF A"),
        ("{{ $f := .Files }}{{ $f.Get \"b\" }}", "content of b"),
        ("{{ .Files.Count }}{{ range .Files.All }},{{ . }}{{ end }}", "1,a,b"),
        ("{{ range $k, $v := .Files }}{{ $k }}={{ $v }}{{ end }}", "a=content"),
        (
            "{{ .Files }} {{ toYaml .Files }} {{ toJson .Files }} {{ len .Files }}",
            "map[a:content] a: content {\"a\":\"content\"} 1",
        ),
        ("{{ if .Files }}yes{{ end }}{{ kindOf .Files }} {{ index .Files \"a\" }}", "yesmap content"),
    ] {
        assert_eq!(helm(&[("t", text)]).render("t", &context).unwrap(), wanted, "{text}");
    }
    let error = helm(&[("t", "{{ .Files.Nope }}")]).render("t", &context).unwrap_err();
    assert_eq!(error.to_string(), "t:1:4: no method Nope for 0 arguments");
}

#[test]
fn functions_may_hold_state_and_call_templates() {
    let calls = Rc::new(Cell::new(0));
    let seen = calls.clone();
    let mut functions = Functions::helm();
    functions.insert("count", move |_, _| -> Result<Value, String> {
        seen.set(seen.get() + 1);
        Ok(Value::Int(seen.get()))
    });
    functions.insert("twice", |context, args| {
        let name = args.first().and_then(Value::as_str).ok_or("twice wants a name")?;
        Ok::<_, gotemplate::Failure>(context.include(name, &Value::Nil)?.repeat(2).into())
    });
    functions.remove("lower");
    let mut set = Templates::new(functions);
    set.parse("t", "{{ define \"n\" }}<{{ count }}>{{ end }}{{ count }}{{ twice \"n\" }}{{ count }}").unwrap();
    assert_eq!(set.render("t", &Value::Nil).unwrap(), "1<2><2>3");
    assert_eq!(calls.get(), 3);
    assert!(set.parse("u", "{{ lower \"A\" }}").is_err());
}

#[test]
fn later_texts_replace_definitions_unless_blank() {
    let mut set = helm(&[("a", "{{ define \"x\" }}1{{ end }}"), ("t", "{{ include \"x\" . }}")]);
    set.parse("b", "{{ define \"x\" }}2{{ end }}").unwrap();
    assert_eq!(set.render("t", &Value::Nil).unwrap(), "2");
    set.parse("c", "{{ define \"x\" }} {{/* nothing */}}\n{{ end }}").unwrap();
    assert_eq!(set.render("t", &Value::Nil).unwrap(), "2");
}

#[test]
fn maps_are_one_for_all_clones() {
    let map = Map::new();
    let clone = map.clone();
    assert_eq!(map.insert("a", Value::Int(1)).map(|v| v.to_string()), None);
    assert!(clone.contains_key("a") && clone.same(&map) && clone.len() == 1);
    assert_eq!(clone.remove("a").map(|v| v.to_string()).as_deref(), Some("1"));
    assert!(map.is_empty());
}
