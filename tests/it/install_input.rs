//! Bad input and clusters that cannot be used: one error with a hint, the documented exit code, nothing on stdout, and
//! nothing asked of a cluster that need not be asked.

use std::fs;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::harness::mesh::{Mesh, Run};
use crate::harness::planes;

/// One error, a hint, nothing on stdout.
fn refused(run: &Run, code: i32, parts: &[&str]) -> Result<()> {
    run.expect_failed(code, parts)?;
    ensure!(run.stdout.is_empty(), "{run}");
    ensure!(!run.lines_with("hint: ").is_empty(), "no hint: {run}");
    ensure!(!run.stderr.contains("panicked"), "{run}");
    Ok(())
}

#[test]
fn bad_input_is_exit_2_and_asks_nothing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = |name: &str, content: &[u8]| -> Result<String> {
        let path = folder.path().join(name);
        fs::write(&path, content)?;
        Ok(path.display().to_string())
    };
    let binary = file("binary.yaml", b"\x7fELF\x02\x01\x01\x00\xff\xfe")?;
    let broken = file("broken.yaml", b"spec: [unclosed")?;
    let other = file("other.yaml", b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")?;
    let unknown =
        file("unknown.yaml", b"apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {profil: demo}\n")?;
    let absent = folder.path().join("absent.yaml").display().to_string();
    let here = folder.path().display().to_string();
    let table: [(&[&str], &[&str]); 14] = [
        (&["--set", "profile=demi"], &["unknown profile `demi`", "demo"]),
        (&["--set", "profile"], &["--set profile", "no `=`"]),
        (&["--set", "=demo"], &["--set"]),
        (&["--set", "profil=demo"], &["profil"]),
        (&["--frobnicate"], &["--frobnicate", "mesh install --help"]),
        (&["--output", "xml"], &["xml"]),
        (&["--timeout", "soon"], &["soon", "90s"]),
        (&["superfluous"], &["superfluous"]),
        (&["-f", &absent], &[&absent, "No such file"]),
        (&["-f", &here], &[&here, "name the files in it"]),
        (&["-f", &binary], &["binary.yaml", "not a UTF-8 text file"]),
        (&["-f", &broken], &["broken.yaml:1"]),
        (&["-f", &other], &["other.yaml", "ConfigMap"]),
        (&["-f", &unknown], &["unknown.yaml:3", "profil"]),
    ];
    let plane = planes::demo()?;
    // As a user of its own: other tests ask the same cluster meanwhile.
    let own = plane.cluster.kubeconfig_for(planes::SILENT)?;
    let mark = plane.cluster.mark()?;
    for (args, parts) in table {
        let run = Mesh::with(&own).install(args).run()?;
        refused(&run, 2, parts)?;
        let as_json = Mesh::with(&own).install(args).args(["-o", "json"]).run()?;
        ensure!(as_json.code == Some(2) && as_json.stdout.is_empty(), "{as_json}");
        // Where the format itself is wrong nobody can know that JSON was wanted.
        if args[0] != "--output" {
            let error: serde_json::Value = serde_json::from_str(&as_json.stderr)?;
            ensure!(error["kind"] == "Error" && error["error"]["exitCode"] == 2, "{as_json}");
        }
    }
    let asked = plane.cluster.requests_since(mark)?.filter(|request| request.user == planes::SILENT);
    ensure!(asked.is_empty(), "{}", asked.lines());
    Ok(())
}

#[test]
fn wrong_contexts_are_refused_before_anything_is_asked() -> Result<()> {
    let plane = planes::default()?;
    // As a user of its own: other tests ask the same cluster meanwhile.
    let own = plane.cluster.kubeconfig_for(planes::SILENT)?;
    let mark = plane.cluster.mark()?;
    let run = Mesh::with(&own).install(["--context", "prod"]).run()?;
    refused(&run, 3, &["no context `prod`", "test-cluster"])?;
    let run = Mesh::with(&own).install(["--expect-context", "prod"]).run()?;
    refused(&run, 2, &["the context is `test-cluster`, not `prod`"])?;
    let run = Mesh::with(&own).install(["--expect-context", "prod", "-o", "json"]).run()?;
    ensure!(run.code == Some(2) && run.stdout.is_empty(), "{run}");
    let none = plane.cluster.kubeconfig_edited("no-context", |config| config["current-context"] = "".into())?;
    refused(&Mesh::with(&none).install([""; 0]).run()?, 3, &["no current context", "test-cluster"])?;
    let asked = plane.cluster.requests_since(mark)?.filter(|request| request.user == planes::SILENT);
    ensure!(asked.is_empty(), "{}", asked.lines());
    Ok(())
}

#[test]
fn without_a_usable_kubeconfig_it_is_exit_3() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let none = [""; 0];
    refused(&Mesh::alone().install(none).run()?, 3, &["there is no kubeconfig", "--kubeconfig"])?;
    let absent = folder.path().join("absent");
    let run = Mesh::with(&absent).install(none).run()?;
    refused(&run, 3, &["$KUBECONFIG names no file that exists", &absent.display().to_string()])?;
    let run = Mesh::alone().install(["--kubeconfig", &absent.display().to_string()]).run()?;
    refused(&run, 3, &["absent: cannot be read", "No such file"])?;
    let broken = folder.path().join("broken");
    fs::write(&broken, "clusters: [")?;
    refused(&Mesh::with(&broken).install(none).run()?, 3, &["broken: cannot be read as a kubeconfig"])?;
    let run = Mesh::alone().install(["-o", "json"]).run()?;
    let document = run.json()?;
    ensure!(
        run.code == Some(3) && document["clusters"] == json!([]) && document["error"]["id"] == "no-kubeconfig",
        "{run}"
    );
    Ok(())
}

#[test]
fn clusters_that_cannot_be_used_are_exit_3() -> Result<()> {
    let plane = planes::default()?;
    let none = [""; 0];
    let edited = |name: &str, edit: &dyn Fn(&mut serde_json::Value)| plane.cluster.kubeconfig_edited(name, edit);
    let nobody_listens =
        edited("down", &|config| config["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1".into())?;
    let run = Mesh::with(&nobody_listens).install(none).run()?;
    refused(&run, 3, &["https://127.0.0.1:1 (context test-cluster) does not answer", "refused", "cluster-info"])?;
    let run = Mesh::with(&nobody_listens).install(["-o", "json"]).run()?;
    let document = run.json()?;
    ensure!(run.code == Some(3) && document["clusters"][0]["error"]["id"] == "unreachable", "{run}");
    ensure!(
        document["clusters"][0]["cluster"] == "test-cluster" && document["clusters"][0]["complete"] == false,
        "{run}"
    );

    let silent = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = silent.local_addr()?;
    let mute =
        edited("mute", &|config| config["clusters"][0]["cluster"]["server"] = format!("https://{address}").into())?;
    refused(&Mesh::with(&mute).install(none).run()?, 3, &["has not answered within 10 s", "cluster-info"])?;

    let stranger = fs::read_to_string(plane.cluster.folder().join("apiserver.crt"))?;
    let distrusting = edited("distrusting", &|config| {
        use base64::Engine as _;
        let other = base64::engine::general_purpose::STANDARD.encode(&stranger);
        config["clusters"][0]["cluster"]["certificate-authority-data"] = other.into();
        config["clusters"][0]["cluster"]["tls-server-name"] = "elsewhere.invalid".into();
    })?;
    refused(&Mesh::with(&distrusting).install(none).run()?, 3, &["is not trusted", "certificate-authority-data"])?;

    let expired = edited("expired", &|config| config["users"][0]["user"]["token"] = "gone".into())?;
    let run = Mesh::with(&expired).install(none).run()?;
    refused(&run, 3, &["context test-cluster is not logged in: Unauthorized", "log in again"])?;

    let failing = edited("failing", &|config| {
        config["users"][0]["user"] = json!({ "exec": {
            "apiVersion": "client.authentication.k8s.io/v1", "command": "false", "interactiveMode": "Never",
        } });
    })?;
    refused(
        &Mesh::with(&failing).install(none).run()?,
        3,
        &["the credentials of context test-cluster cannot be obtained"],
    )?;

    for user in ["viewer", "nobody"] {
        let kubeconfig = plane.cluster.kubeconfig_for(user)?;
        let run = Mesh::with(&kubeconfig).install(["--set", "profile=default"]).run()?;
        refused(&run, 3, &[&format!("User \"{user}\" cannot"), "kubectl auth can-i"])?;
    }
    Ok(())
}

#[test]
fn existing_objects_change_only_after_a_yes() -> Result<()> {
    let plane = planes::default()?;
    let mark = plane.cluster.mark()?;
    let args = ["--set", "profile=default", "--set", "meshConfig.accessLogFile=/dev/stdout"];
    let run = Mesh::on(&plane.cluster).install(args).run()?;
    refused(
        &run,
        2,
        &["ConfigMap/istio-system/istio", "on test-cluster (https://127.0.0.1:", "nobody can be asked", "-y"],
    )?;
    let writes = plane.cluster.requests_since(mark)?.by_agent("mesh/").mutating();
    ensure!(writes.is_empty(), "{}", writes.lines());
    Ok(())
}
