//! `cargo demo`, as its users run it, but for a debug build of mesh.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A demo with a folder of its own, beside the one that you may have running.
struct Demo {
    folder: tempfile::TempDir,
}

impl Demo {
    /// `cargo` is the body of a shell script that stands for cargo.
    fn new(cargo: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("mesh-demo-").tempdir().unwrap();
        // The binaries stay where they are, and are built there first: each demo would build them for itself.
        cluster::build().unwrap();
        fs::create_dir(folder.path().join("cache")).unwrap();
        for entry in fs::read_dir(cluster::cache_folder().unwrap()).into_iter().flatten().flatten() {
            if entry.file_name() != "demo" {
                symlink(entry.path(), folder.path().join("cache").join(entry.file_name())).unwrap();
            }
        }
        let script = folder.path().join("cargo");
        fs::write(&script, format!("#!/bin/sh\n{cargo}\n")).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_demo"))
            .args(args)
            .env("MESH_TEST_CACHE", self.folder.path().join("cache"))
            .env("MESH_TEST_SUPERVISOR", env!("CARGO_BIN_EXE_cluster"))
            .env("CARGO", self.folder.path().join("cargo"))
            .env_remove("MESH_TEST_ISTIOD")
            // Whoever uses this, finds nobody there.
            .env("KUBECONFIG", self.foreign_kubeconfig())
            .output()
            .unwrap()
    }

    fn foreign_kubeconfig(&self) -> PathBuf {
        let path = self.folder.path().join("foreign");
        let text = r#"{"apiVersion": "v1", "kind": "Config", "current-context": "foreign",
            "clusters": [{"name": "foreign", "cluster": {"server": "http://127.0.0.1:1"}}],
            "contexts": [{"name": "foreign", "context": {"cluster": "foreign", "user": ""}}]}"#;
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.run(&["--stop"]);
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Asserts that `parts` are in the output, in this order.
fn in_order(output: &str, parts: &[&str]) {
    let mut rest = output;
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("no {part:?}, or not there, in:\n{output}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn installs_injects_and_stays_up_until_it_is_told_to_end() {
    // Instead of a build with features of its own: the mesh that `cargo test` has built, or will have to build.
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let folder = Path::new(env!("CARGO_BIN_EXE_demo")).parent().unwrap();
    let (mesh, target) = (folder.join("mesh"), folder.parent().unwrap());
    let demo = Demo::new(&format!(
        "[ -x '{mesh}' ] || '{cargo}' build --quiet --workspace --bin mesh --target-dir '{target}'\n\
         echo '{{\"target\":{{\"name\":\"mesh\"}},\"executable\":\"{mesh}\"}}'",
        mesh = mesh.display(),
        target = target.display(),
    ));

    let first = demo.run(&[]);
    let output = text(&first);
    assert!(first.status.success(), "{output}");
    let story = [
        "simulated",
        "istiod is a stand-in",
        "$ mesh install --set profile=demo",
        "✔ Istio core installed\n✔ Istiod installed\n✔ Egress gateways installed\n✔ Ingress gateways installed\n\
         ✔ Installation complete\n",
        "deployment.apps/nginx-deployment created",
        "1/1     Running",
        "1/1     Running",
        "1/1     Running",
        "$ mesh inject namespace default",
        "namespace/default labeled",
        "✔ deployment/nginx-deployment 1/1 → 2/2 (3 pods)",
        "2/2     Running",
        "2/2     Running",
        "2/2     Running",
        "export KUBECONFIG=",
        "cargo demo -- --stop",
    ];
    in_order(&output, &story);

    let second = demo.run(&[]);
    assert!(second.status.success(), "{}", text(&second));
    in_order(&text(&second), &["an earlier demo left running"]);
    in_order(&text(&second), &story);

    in_order(&text(&demo.run(&["--stop"])), &["is ended"]);
    assert!(!demo.folder.path().join("cache/demo").exists());
    in_order(&text(&demo.run(&["--stop"])), &["no control plane of a demo is running"]);
}

#[test]
fn fails_as_mesh_fails() {
    // A mesh that says no.
    let demo = Demo::new(r#"echo "{\"target\":{\"name\":\"mesh\"},\"executable\":\"$0-mesh\"}""#);
    let mesh = demo.folder.path().join("cargo-mesh");
    fs::write(&mesh, "#!/bin/sh\necho 'error: it cannot be' >&2\nexit 4\n").unwrap();
    fs::set_permissions(&mesh, fs::Permissions::from_mode(0o755)).unwrap();
    let output = demo.run(&[]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output));
    in_order(&text(&output), &["cargo demo -- --stop"]);
    assert!(text(&output).contains("`mesh install --set profile=demo -y` failed with exit code 4"));

    // The cluster of KUBECONFIG is asked for, and it is not there.
    let output = demo.run(&["--current-context"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    in_order(&text(&output), &["context foreign (http://127.0.0.1:1"]);
    assert_eq!(demo.run(&["--sotp"]).status.code(), Some(2));
}

/// What is typed after `cargo demo` comes to the program as it is: a `--` of the alias would be passed on beside the user's.
#[test]
fn is_called_as_it_says() {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.cargo/config.toml");
    let config = fs::read_to_string(config).unwrap();
    let alias = config.lines().find_map(|line| line.strip_prefix("demo = ")).expect("an alias");
    let words: Vec<&str> = alias.trim_matches('"').split(' ').chain("-- --stop".split(' ')).collect();
    assert_eq!(words.iter().filter(|word| **word == "--").count(), 1, "{alias}");
}
