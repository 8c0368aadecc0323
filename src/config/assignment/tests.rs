//! One table of what `--set` means. `Ok` holds the tree after it, `Err` a part of the message.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use serde_json::json;

use super::*;

fn run(base: &Value, sets: &[&str]) -> Result<Value> {
    let mut tree = base.clone();
    for set in sets {
        Assignment::parse(set)?.apply(&mut tree)?;
    }
    Ok(tree)
}

type Case = (&'static str, &'static str, Result<&'static str, &'static str>);

/// Tree before, `--set`, tree after or what the error says.
const TABLE: &[Case] = &[
    // Keys.
    ("{}", "a=1", Ok(r#"{"a":1}"#)),
    ("{}", "a.b=1", Ok(r#"{"a":{"b":1}}"#)),
    ("{}", "a.b.c.d=x", Ok(r#"{"a":{"b":{"c":{"d":"x"}}}}"#)),
    (r#"{"a":{"c":2}}"#, "a.b=1", Ok(r#"{"a":{"c":2,"b":1}}"#)),
    (r#"{"a":{"b":2}}"#, "a.b=1", Ok(r#"{"a":{"b":1}}"#)),
    (r#"{"a":{"b":{"c":1}}}"#, "a.b=1", Ok(r#"{"a":{"b":1}}"#)),
    (r#"{"a":[1,2]}"#, "a=1", Ok(r#"{"a":1}"#)),
    (r#"{"a":null}"#, "a.b=1", Ok(r#"{"a":{"b":1}}"#)),
    ("{}", ".a.b=1", Ok(r#"{"a":{"b":1}}"#)),
    ("{}", "a.b.=1", Ok(r#"{"a":{"b":1}}"#)),
    ("{}", "a..b=1", Ok(r#"{"a":{"b":1}}"#)),
    ("{}", "istio-ingressgateway.x_y=1", Ok(r#"{"istio-ingressgateway":{"x_y":1}}"#)),
    // Escaped dots.
    ("{}", r"a\.b=1", Ok(r#"{"a.b":1}"#)),
    ("{}", r"a.example\.com/x=1", Ok(r#"{"a":{"example.com/x":1}}"#)),
    ("{}", r"a.b\.c\.d.e=1", Ok(r#"{"a":{"b.c.d":{"e":1}}}"#)),
    ("{}", r"a.C:\dir=1", Ok(r#"{"a":{"C:\\dir":1}}"#)),
    // Indices.
    ("{}", "a.[0]=1", Ok(r#"{"a":[1]}"#)),
    ("{}", "a[0]=1", Ok(r#"{"a":[1]}"#)),
    ("{}", "a.[0].b=1", Ok(r#"{"a":[{"b":1}]}"#)),
    ("{}", "a[0].b.c=1", Ok(r#"{"a":[{"b":{"c":1}}]}"#)),
    ("{}", "a[0][0]=1", Ok(r#"{"a":[[1]]}"#)),
    (r#"{"a":[1,2]}"#, "a[0]=9", Ok(r#"{"a":[9,2]}"#)),
    (r#"{"a":[1,2]}"#, "a[1]=9", Ok(r#"{"a":[1,9]}"#)),
    (r#"{"a":[1,2]}"#, "a[2]=9", Ok(r#"{"a":[1,2,9]}"#)),
    (r#"{"a":[1,2]}"#, "a[-1]=9", Ok(r#"{"a":[1,2,9]}"#)),
    (r#"{"a":[{"b":1}]}"#, "a[0].c=2", Ok(r#"{"a":[{"b":1,"c":2}]}"#)),
    (r#"{"a":[{"b":1}]}"#, "a[1].c=2", Ok(r#"{"a":[{"b":1},{"c":2}]}"#)),
    (r#"{"a":[{"b":1}]}"#, "a[0]=x", Ok(r#"{"a":["x"]}"#)),
    (r#"{"a":null}"#, "a[0]=1", Ok(r#"{"a":[1]}"#)),
    (r#"{"a":[null]}"#, "a[0].b=1", Ok(r#"{"a":[{"b":1}]}"#)),
    // Elements by key and value.
    (r#"{"a":[{"n":"x"}]}"#, "a.[n:x].v=1", Ok(r#"{"a":[{"n":"x","v":1}]}"#)),
    (r#"{"a":[{"n":"x"}]}"#, "a[n:x].v=1", Ok(r#"{"a":[{"n":"x","v":1}]}"#)),
    (r#"{"a":[{"n":"x"},{"n":"y"}]}"#, "a.[n:y].v=1", Ok(r#"{"a":[{"n":"x"},{"n":"y","v":1}]}"#)),
    (r#"{"a":[{"n":"x"},{"n":"x"}]}"#, "a.[n:x].v=1", Ok(r#"{"a":[{"n":"x","v":1},{"n":"x"}]}"#)),
    (r#"{"a":[{"n":"x.y"}]}"#, r"a.[n:x\.y].v=1", Ok(r#"{"a":[{"n":"x.y","v":1}]}"#)),
    (r#"{"a":[{"n":"x.y"}]}"#, "a.[n:x.y].v=1", Ok(r#"{"a":[{"n":"x.y","v":1}]}"#)),
    (r#"{"a":[{"n":"x:y"}]}"#, "a.[n:x:y].v=1", Ok(r#"{"a":[{"n":"x:y","v":1}]}"#)),
    (r#"{"a":[{"n":"k=v"}]}"#, "a.[n:k=v].v=1", Ok(r#"{"a":[{"n":"k=v","v":1}]}"#)),
    (r#"{"a":[{"n":"x"}]}"#, "a.[n:x]=1", Ok(r#"{"a":[1]}"#)),
    (r#"{"a":["s",{"n":"x"}]}"#, "a.[n:x].v=1", Ok(r#"{"a":["s",{"n":"x","v":1}]}"#)),
    // Types.
    ("{}", "a=", Ok(r#"{"a":""}"#)),
    ("{}", "a=0", Ok(r#"{"a":0}"#)),
    ("{}", "a=-12", Ok(r#"{"a":-12}"#)),
    ("{}", "a=+5", Ok(r#"{"a":5}"#)),
    ("{}", "a=007", Ok(r#"{"a":7}"#)),
    ("{}", "a=9223372036854775807", Ok(r#"{"a":9223372036854775807}"#)),
    ("{}", "a=1.5", Ok(r#"{"a":1.5}"#)),
    ("{}", "a=.5", Ok(r#"{"a":0.5}"#)),
    ("{}", "a=-6.5", Ok(r#"{"a":-6.5}"#)),
    ("{}", "a=1e3", Ok(r#"{"a":1000.0}"#)),
    ("{}", "a=1e999", Ok(r#"{"a":"1e999"}"#)),
    ("{}", "a=inf", Ok(r#"{"a":"inf"}"#)),
    ("{}", "a=NaN", Ok(r#"{"a":"NaN"}"#)),
    ("{}", "a=1_000", Ok(r#"{"a":"1_000"}"#)),
    ("{}", "a=true", Ok(r#"{"a":true}"#)),
    ("{}", "a=False", Ok(r#"{"a":false}"#)),
    ("{}", "a=T", Ok(r#"{"a":true}"#)),
    ("{}", "a=tRue", Ok(r#"{"a":"tRue"}"#)),
    ("{}", "a=yes", Ok(r#"{"a":"yes"}"#)),
    ("{}", "a=null", Ok(r#"{"a":"null"}"#)),
    ("{}", "a=100m", Ok(r#"{"a":"100m"}"#)),
    ("{}", "a=123abc", Ok(r#"{"a":"123abc"}"#)),
    ("{}", "a=1.2.3", Ok(r#"{"a":"1.2.3"}"#)),
    ("{}", "a={x,y}", Ok(r#"{"a":"{x,y}"}"#)),
    ("{}", "a=x,y", Ok(r#"{"a":"x,y"}"#)),
    ("{}", r"a=x\,y", Ok(r#"{"a":"x,y"}"#)),
    ("{}", "a = x y ", Ok(r#"{"a":"x y"}"#)),
    ("{}", "a=10.0.0.0/8", Ok(r#"{"a":"10.0.0.0/8"}"#)),
    // Values with `=`.
    ("{}", "a=b=c", Ok(r#"{"a":"b=c"}"#)),
    ("{}", "a.b==", Ok(r#"{"a":{"b":"="}}"#)),
    ("{}", "a=--x=1 --y=[2]", Ok(r#"{"a":"--x=1 --y=[2]"}"#)),
    // Always strings.
    ("{}", "tag=1.10", Ok(r#"{"tag":"1.10"}"#)),
    ("{}", "values.global.tag=1", Ok(r#"{"values":{"global":{"tag":"1"}}}"#)),
    ("{}", "compatibilityVersion=1.27", Ok(r#"{"compatibilityVersion":"1.27"}"#)),
    ("{}", "values.compatibilityVersion=1.27", Ok(r#"{"values":{"compatibilityVersion":"1.27"}}"#)),
    (
        "{}",
        "meshConfig.defaultConfig.proxyMetadata.X=true",
        Ok(r#"{"meshConfig":{"defaultConfig":{"proxyMetadata":{"X":"true"}}}}"#),
    ),
    (
        "{}",
        "values.meshConfig.defaultConfig.proxyMetadata.X=1",
        Ok(r#"{"values":{"meshConfig":{"defaultConfig":{"proxyMetadata":{"X":"1"}}}}}"#),
    ),
    ("{}", "values.pilot.tag=1.10", Ok(r#"{"values":{"pilot":{"tag":1.1}}}"#)),
    ("{}", "components.pilot.tag=1", Ok(r#"{"components":{"pilot":{"tag":1}}}"#)),
    // Refusals.
    ("{}", "a", Err("there is no `=`")),
    ("{}", "", Err("there is no `=`")),
    ("{}", "=1", Err("the path is empty")),
    ("{}", ".=1", Err("the path is empty")),
    ("{}", "[0]=1", Err("begins with [0]")),
    ("{}", "a[x]=1", Err("[x] is neither an index nor key:value")),
    ("{}", "a[]=1", Err("[] is neither")),
    ("{}", "a[0=1", Err("is not closed")),
    ("{}", "a[0]b=1", Err("after `[0]`")),
    ("{}", "a[-2]=1", Err("out of range")),
    ("{}", "a[99999999999999999999]=1", Err("neither an index")),
    ("{}", "a[1]=1", Err("`a` has 0 elements: there is no [1]")),
    (r#"{"a":[1]}"#, "a[5].b=1", Err("`a` has 1 element: there is no [5]")),
    (r#"{"a":1}"#, "a.b=1", Err("`a` is a number: there is no key `b`")),
    (r#"{"a":"s"}"#, "a.b.c=1", Err("`a` is a string")),
    (r#"{"a":[1]}"#, "a.b=1", Err("`a` is a list: there is no key `b`")),
    (r#"{"a":[1]}"#, "a[0].b=1", Err("`a[0]` is a number")),
    (r#"{"a":{"b":1}}"#, "a[0]=1", Err("`a` is a map, not a list")),
    (r#"{"a":true}"#, "a[0].b=1", Err("`a` is a boolean, not a list")),
    ("{}", "a.[n:x].v=1", Err("`a` has no element whose `n` is `x`")),
    (r#"{"a":[{"n":1}]}"#, "a.[n:1].v=1", Err("no element whose `n` is `1`")),
    ("{}", "a=\0", Err("NUL")),
];

#[test]
fn every_case_of_the_table() {
    assert!(TABLE.len() >= 80);
    for (base, set, want) in TABLE {
        let got = run(&serde_json::from_str(base).unwrap(), &[set]);
        match (got, want) {
            (Ok(tree), Ok(want)) => {
                assert_eq!(tree, serde_json::from_str::<Value>(want).unwrap(), "{base} --set {set}");
            }
            (Err(error), Err(want)) => {
                let message = error.to_string();
                assert!(message.contains(want) && message.starts_with("--set "), "{base} --set {set}: {message}");
                assert_eq!(error.kind().exit_code(), 2);
            }
            (got, want) => panic!("{base} --set {set}: got {got:?}, want {want:?}"),
        }
    }
}

#[test]
fn later_ones_win() -> Result<()> {
    let sets = ["a.b=1", "a.c=2", "a.b=3", "l[0].n=x", "l[n:x].v=1", "l[1].n=y"];
    assert_eq!(run(&json!({}), &sets)?, json!({"a": {"b": 3, "c": 2}, "l": [{"n": "x", "v": 1}, {"n": "y"}]}));
    Ok(())
}

proptest::proptest! {
    #[test]
    fn no_input_panics(raw in "[a-c.\\[\\]:=\\\\0-9 -]{0,24}") {
        let mut tree = json!({"a": [{"b": "c"}, 1], "b": {"a": 1}});
        if let Ok(assignment) = Assignment::parse(&raw) {
            let _ = assignment.apply(&mut tree);
        }
    }

    #[test]
    fn what_was_set_is_there(keys in proptest::collection::vec("[a-z./]{1,6}", 1..5), value in "[a-z=,]{1,6}") {
        let path: Vec<_> = keys.iter().map(|key| key.replace('.', "\\.")).collect();
        let mut tree = json!({});
        Assignment::parse(&format!("{}={value}", path.join("."))).unwrap().apply(&mut tree).unwrap();
        let found = keys.iter().try_fold(&tree, |at, key| at.get(key));
        proptest::prop_assert_eq!(found, Some(&typed(&value)));
    }
}
