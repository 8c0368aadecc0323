//! Files and flags that are wrong, broken or hostile, through the program: exit code 2, nothing on stdout, one error that
//! names the place, no panic, and no more memory than a good file takes a hundred times over.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The address space the program may have, in KiB. Its threads and its own image are in it, so it is far more than it uses.
const MEMORY: &str = "1000000";

/// Runs the program in a folder; where there is a shell, within [`MEMORY`].
fn mesh(folder: &Path, arguments: &[&str], stdin: Stdio) -> Output {
    let program = env!("CARGO_BIN_EXE_mesh");
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v \"$0\"; exec \"$@\"", MEMORY, program]);
    command.args(["manifest", "generate"]).args(arguments).current_dir(folder);
    command.env("KUBECONFIG", "/nonexistent").env("NO_COLOR", "1").stdin(stdin);
    command.output().expect("mesh runs")
}

fn refused(folder: &Path, arguments: &[&str], parts: &[&str]) {
    let output = mesh(folder, arguments, Stdio::null());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    let errors: Vec<&str> = said.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(errors.len(), 1, "{arguments:?}: {said}");
    for part in parts {
        assert!(errors[0].contains(part), "{arguments:?}: no {part:?} in {said}");
    }
    assert!(said.len() < 4000, "{arguments:?}: {} bytes of error", said.len());
}

#[test]
fn files_that_are_wrong_broken_or_hostile() {
    let deep = format!("spec: {}1{}\n", "[".repeat(5000), "]".repeat(5000));
    let steps: String = (0..2000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    let mut bomb = String::from("kind: IstioOperator\na0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    let mut merges = String::from("kind: IstioOperator\na0: &a0 {x: 1, y: 2}\n");
    for level in 1..12 {
        let alias = vec![format!("*a{}", level - 1); 9].join(",");
        bomb.push_str(&format!("a{level}: &a{level} [{alias}]\n"));
        merges.push_str(&format!("a{level}: &a{level} {{{}, <<: [{alias}]}}\n", format_args!("k{level}: 1")));
    }
    let nodes = format!("kind: IstioOperator\nspec: [{}]\n", "a,".repeat(2_000_000));
    let keys: String = (0..300_000).map(|number| format!("k{number}: 1\n")).collect();
    let operator = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\n";
    // What the file holds, and what the error says.
    let table: [(&str, Vec<u8>, &[&str]); 20] = [
        ("binary.yaml", b"\x7fELF\x02\x01\x01\x00\xff\xfe".to_vec(), &["binary.yaml:1", "not a UTF-8 text file"]),
        ("late.yaml", b"kind: IstioOperator\nspec: {}\n# \xff\n".to_vec(), &["late.yaml:3", "not a UTF-8 text file"]),
        ("nul.yaml", b"kind: IstioOperator\nspec: {hub: a\0b}\n".to_vec(), &["nul.yaml:2", "NUL byte"]),
        ("deep.yaml", deep.into_bytes(), &["deep.yaml:1:"]),
        ("steps.yaml", steps.into_bytes(), &["steps.yaml:2"]),
        ("bomb.yaml", bomb.into_bytes(), &["bomb.yaml:"]),
        ("merges.yaml", merges.into_bytes(), &["merges.yaml:"]),
        ("nodes.yaml", nodes.into_bytes(), &["nodes.yaml"]),
        ("keys.yaml", keys.into_bytes(), &["keys.yaml"]),
        ("twice.yaml", format!("{operator}spec:\n  hub: a\n  hub: b\n").into_bytes(), &["twice.yaml:5:3", "duplicate"]),
        (
            "two.yaml",
            format!("{operator}---\n{operator}").into_bytes(),
            &["two.yaml:4:1", "a second document"],
        ),
        ("kind.yaml", b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n".to_vec(), &["kind.yaml:2", "ConfigMap"]),
        ("list.yaml", b"- kind: IstioOperator\n".to_vec(), &["list.yaml:1", "no map"]),
        ("open.yaml", b"kind: IstioOperator\nspec: [unclosed".to_vec(), &["open.yaml:2"]),
        ("tab.yaml", b"kind: IstioOperator\nspec:\n\thub: a\n".to_vec(), &["tab.yaml:3"]),
        ("key.yaml", format!("{operator}spec:\n  profil: demo\n").into_bytes(), &["key.yaml:4:3", "profil"]),
        ("type.yaml", format!("{operator}spec:\n  hub: [a]\n").into_bytes(), &["type.yaml:4:3", "hub", "string"]),
        ("below.yaml", format!("{operator}spec:\n  values: {{global: {{proxy: 1}}}}\n").into_bytes(), &["below.yaml:4"]),
        (
            "overlay.yaml",
            format!(
                "{operator}spec:\n  components:\n    pilot:\n      k8s:\n        overlays:\n        - kind: Deployment\n          \
                 name: istiod\n          patches:\n          - {{path: 'spec.template.spec.containers.[name:nope].image', value: a}}\n"
            )
            .into_bytes(),
            &["overlay.yaml:", "name:nope"],
        ),
        ("value.yaml", format!("{operator}spec: {{values: {{global: {{logAsJson: 'maybe'}}}}}}\n").into_bytes(), &["value.yaml:3"]),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content, parts) in table {
        fs::write(folder.path().join(name), content).expect("a file");
        refused(folder.path(), &["-f", name], parts);
    }
}

#[test]
fn a_large_file_is_not_read_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let large = File::create(folder.path().join("large.yaml")).expect("a file");
    large.set_len(100 << 20).expect("100 MiB");
    refused(folder.path(), &["-f", "large.yaml"], &["large.yaml", "larger than"]);
    #[cfg(unix)]
    refused(folder.path(), &["-f", "/dev/zero"], &["/dev/zero", "larger than"]);
}

#[test]
fn flags_that_contradict_or_lead_nowhere() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("r.yaml"), "kind: IstioOperator\nspec: {revision: b}\n").expect("a file");
    let gateway = "components.ingressGateways";
    let table: [(&[&str], &[&str]); 10] = [
        (&["--revision", "a", "--set", "revision=b"], &["--revision a", "--set revision=b", "two revisions"]),
        (&["--set", "hub=a", "--set", "hub.x=b"], &["--set hub.x=b", "`hub` is a string"]),
        (&["--set", &format!("{gateway}[7].enabled=true")], &["[7]", "there is no"]),
        (&["--set", &format!("{gateway}[-3].enabled=true")], &["[-3]", "out of range"]),
        (&["--set", &format!("{gateway}.[name:none].enabled=true")], &["no element whose `name`"]),
        (&["--set", "values.global.hub"], &["--set values.global.hub", "no `=`"]),
        (&["-f", "https://example.com/istio.yaml"], &["https://example.com/istio.yaml", "not fetched"]),
        (&["-f", "http://example.com/istio.yaml"], &["http://example.com/istio.yaml", "not fetched"]),
        (&["-f", "-", "-f", "-"], &["`-` is given twice"]),
        (&["-f", "r.yaml,none.yaml"], &["none.yaml", "cannot be read"]),
    ];
    for (arguments, parts) in table {
        refused(folder.path(), arguments, parts);
    }
}

/// Files come in order, however they are given, and stdin is one of them.
#[test]
fn files_are_layered_from_left_to_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, hub: &str| {
        let text = format!("kind: IstioOperator\nspec: {{profile: minimal, hub: {hub}}}\n");
        fs::write(folder.path().join(name), text).expect("a file");
    };
    file("a.yaml", "example.com/a");
    file("b.yaml", "example.com/b");
    let table: [(&[&str], &str); 6] = [
        (&["-f", "a.yaml", "-f", "b.yaml"], "b"),
        (&["-f", "b.yaml,a.yaml"], "a"),
        (&["-f", "b.yaml", "-f", "-"], "a"),
        (&["-f", "-", "-f", "b.yaml"], "b"),
        (&["-f", "b.yaml,-"], "a"),
        (&["-f", "a.yaml", "--set", "hub=example.com/c", "--set", "hub=example.com/d"], "d"),
    ];
    for (arguments, last) in table {
        let stdin = File::open(folder.path().join("a.yaml")).expect("a file");
        let output = mesh(folder.path(), arguments, stdin.into());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        let objects = String::from_utf8_lossy(&output.stdout);
        assert!(objects.contains(&format!("image: example.com/{last}/pilot:")), "{arguments:?}");
    }
}
