//! Hostile templates end in an error: no panic, no overflow of the stack, bounded memory and time.

use gotemplate::{Functions, Limits, Templates, Value};

/// Renders on a thread with the stack Rust gives threads, in whatever build the tests are.
fn render(limits: Limits, text: String) -> Result<String, String> {
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            let mut set = Templates::new(Functions::helm()).limits(limits);
            set.parse("t", &text).map_err(|e| e.to_string())?;
            set.render("t", &Value::Nil).map_err(|e| e.to_string())
        })
        .unwrap()
        .join()
        .unwrap()
}

/// Low enough that a debug build reaches them at once. The depth is the usual one.
const LOW: Limits = Limits { depth: 300, output_bytes: 1 << 20, steps: 500_000 };

fn ends(text: impl Into<String>, wanted: &str) {
    let text = text.into();
    let error = render(LOW, text.clone()).unwrap_err();
    assert!(error.contains(wanted), "{:.80}: {error:.300}", text);
}

#[test]
fn recursion_is_bounded() {
    ends("{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}", "exceeded maximum template depth");
    ends("{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}", "exceeded maximum template depth");
    let through_everything = "{{ define \"a\" }}{{ if true }}{{ range list 1 }}{{ with (list (include \"a\" .)) }}\
                              {{ end }}{{ end }}{{ end }}{{ end }}{{ include \"a\" . }}";
    ends(through_everything, "exceeded maximum template depth");
    ends(
        "{{ define \"a\" }}{{ tpl \"{{ include \\\"a\\\" . }}\" . }}{{ end }}{{ include \"a\" . }}",
        "exceeded maximum",
    );
    ends("{{ $t := `{{ tpl . . }}` }}{{ tpl $t $t }}", "exceeded maximum template depth");
}

#[test]
fn nesting_in_the_text_is_bounded() {
    ends(format!("{{{{ {}1{} }}}}", "(".repeat(100_000), ")".repeat(100_000)), "nested deeper than");
    ends("{{ if true }}".repeat(100_000), "nested deeper than");
    ends("{{ range . }}".repeat(100_000), "nested deeper than");
    ends(format!("{{{{ if 1 }}}}{}{{{{ end }}}}", "{{ else if 1 }}".repeat(100_000)), "nested deeper than");
    ends("{{ block \"a\" . }}".repeat(100_000), "nested deeper than");
    let fits = format!("{}x{}", "{{ if true }}".repeat(190), "{{ end }}".repeat(190));
    assert_eq!(render(Limits::default(), fits).as_deref(), Ok("x"));
    let fits = format!("{{{{ {}1{} }}}}", "(".repeat(190), ")".repeat(190));
    assert_eq!(render(Limits::default(), fits).as_deref(), Ok("1"));
}

/// The bounds hold together: a deep text or a deep value at the deepest level.
#[test]
fn depths_add_up_within_the_stack() {
    let at_the_bottom = |action: &str| {
        let text = format!(
            "{{{{ define \"a\" }}}}{{{{ if gt . 0 }}}}{{{{ include \"a\" (sub . 1) }}}}{{{{ else }}}}{action}{{{{ end }}}}\
             {{{{ end }}}}{{{{ include \"a\" 145 }}}}"
        );
        render(Limits::default(), text)
    };
    let parens = "{{ tpl (print `{{ ` (repeat 190 `(`) `1` (repeat 190 `)`) ` }}`) . }}";
    assert!(at_the_bottom(parens).is_err());
    let blocks = "{{ tpl (print (repeat 190 `{{ if true }}`) (repeat 190 `{{ end }}`)) . }}";
    assert!(at_the_bottom(blocks).is_err());
    let nested = "{{ $l := list }}{{ range 490 }}{{ $l = list $l }}{{ end }}";
    for use_of_it in
        ["$l", "mustToYaml $l", "mustToJson $l", "printf `%d` $l", "deepCopy $l", "deepEqual $l (deepCopy $l)"]
    {
        at_the_bottom(&format!("{nested}{{{{ {use_of_it} }}}}")).unwrap();
    }
}

#[test]
fn depth_is_what_was_asked_for() {
    let text =
        "{{ define \"a\" }}{{ if gt . 0 }}{{ template \"a\" (sub . 1) }}{{ end }}{{ end }}{{ template \"a\" 40 }}";
    let limits = |depth| Limits { depth, ..Limits::default() };
    assert!(render(limits(100), text.into()).is_ok());
    assert!(render(limits(60), text.into()).is_err());
}

#[test]
fn a_map_within_itself_is_an_error() {
    let own = "{{ $m := dict }}{{ $_ := set $m \"m\" $m }}";
    for use_of_it in [
        "{{ $m }}",
        "{{ print $m }}",
        "{{ mustToJson $m }}",
        "{{ mustToYaml $m }}",
        "{{ deepCopy $m }}",
        "{{ quote $m }}",
    ] {
        ends(format!("{own}{use_of_it}"), "nested too deeply");
    }
    let two = format!("{own}{{{{ $n := dict }}}}{{{{ $_ := set $n \"m\" $n }}}}");
    ends(format!("{two}{{{{ deepEqual $m $n }}}}"), "nested too deeply");
    ends(format!("{two}{{{{ merge $m $n }}}}"), "nested too deeply");
    assert_eq!(render(Limits::default(), format!("{own}{{{{ toYaml $m }}}}ok")).as_deref(), Ok("ok"));
}

#[test]
fn deep_values_are_dropped_without_recursion() {
    let text = "{{ $l := list }}{{ range until 300000 }}{{ $l = list $l }}{{ end }}ok";
    assert_eq!(render(Limits::default(), text.into()).as_deref(), Ok("ok"));
    let text = "{{ $m := dict }}{{ range until 300000 }}{{ $m = dict \"m\" $m }}{{ end }}ok";
    assert_eq!(render(Limits::default(), text.into()).as_deref(), Ok("ok"));
}

#[test]
fn work_is_bounded() {
    ends("{{ range 1000000000 }}{{ end }}", "steps allowed");
    ends("{{ range until 1000000000 }}{{ end }}", "steps allowed");
    ends("{{ seq 1000000000 }}", "steps allowed");
    ends("{{ untilStep 0 9223372036854775807 1 }}", "steps allowed");
    ends("{{ $l := list }}{{ range 1000000 }}{{ $l = append $l . }}{{ end }}", "steps allowed");
    ends("{{ $l := list 1 }}{{ range 40 }}{{ $l = list $l $l }}{{ end }}{{ deepCopy $l }}", "steps allowed");
    let few = Limits { steps: 100, ..Limits::default() };
    assert!(render(few, "{{ range 200 }}.{{ end }}".into()).is_err());
    assert!(render(few, "{{ range 20 }}.{{ end }}".into()).is_ok());
}

#[test]
fn output_is_bounded() {
    let wanted = "longer than the limit";
    ends("{{ $s := \"x\" }}{{ range 60 }}{{ $s = print $s $s }}{{ end }}", wanted);
    ends("{{ $l := list \"x\" }}{{ range 60 }}{{ $l = list $l $l }}{{ end }}{{ $l }}", wanted);
    ends("{{ $l := list \"x\" }}{{ range 60 }}{{ $l = list $l $l }}{{ end }}{{ mustToJson $l }}", wanted);
    ends("{{ $l := list \"x\" }}{{ range 60 }}{{ $l = list $l $l }}{{ end }}{{ mustToYaml $l }}", wanted);
    ends("{{ $l := list \"x\" }}{{ range 60 }}{{ $l = list $l $l }}{{ end }}{{ printf \"%d\" $l }}", wanted);
    ends("{{ repeat 1000000000 \"x\" }}", wanted);
    ends("{{ $s := repeat 500000 \"\\n\" }}{{ indent 1000 $s }}", wanted);
    ends("{{ $s := repeat 500000 \"x\" }}{{ replace \"x\" $s $s }}", wanted);
    ends("{{ $s := repeat 100000 \"x\" }}{{ regexReplaceAll \"x\" $s $s }}", wanted);
    ends("{{ $s := repeat 500000 \"x\" }}{{ join $s (until 1000) }}", wanted);
    ends("{{ $s := repeat 500000 \"x\" }}{{ wrapWith 1 $s $s }}", wanted);
    let small = Limits { output_bytes: 10, ..Limits::default() };
    assert!(render(small, "01234567890".into()).is_err());
    assert!(render(small, "{{ range 11 }}.{{ end }}".into()).is_err());
    assert_eq!(render(small, "0123456789".into()).as_deref(), Ok("0123456789"));
}

#[test]
fn aliases_of_yaml_are_bounded() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..12 {
        let before = format!("*a{}", i - 1);
        bomb.push_str(&format!("a{i}: &a{i} [{}]\n", [before.as_str(); 10].join(", ")));
    }
    let text = format!("{{{{ (fromYaml `{bomb}`).Error }}}}");
    let told = render(Limits::default(), text).unwrap();
    assert!(told.contains("excessive aliasing"), "{told}");
    let deep = format!("{{{{ (fromYaml `a: {}`).Error }}}}", "[".repeat(100_000));
    assert_ne!(render(Limits::default(), deep).unwrap(), "<no value>");
}
