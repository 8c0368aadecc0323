//! Planted secrets are looked for in everything that mesh says and keeps.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cluster::Cluster;
use serde_json::{Value, json};

use crate::harness::mesh::{Mesh, Run};
use crate::harness::planes::builder;

const SECRETS: &str = "/api/v1/namespaces/istio-system/secrets";
/// A value with the name of a key, and the one that comes after it.
const SET: [&str; 2] = ["planted-value-one", "planted-value-two"];
const PULL: &str = "planted-pull-password";
const CA: &str = "planted-private-key-of-the-ca";
const PASSWORD: &str = "planted-password-of-an-address";

/// Everything that was said so far.
struct Heard<'a> {
    cluster: &'a Cluster,
    kubeconfig: PathBuf,
    /// What must not be in it.
    planted: Vec<String>,
    runs: usize,
}

impl Heard<'_> {
    /// Runs it, and looks for what was planted.
    fn run(&mut self, words: &str) -> Result<Run> {
        let run = Mesh::with(&self.kubeconfig).args(words.split_whitespace()).run()?;
        self.look(words, &run)?;
        Ok(run)
    }

    fn look(&mut self, words: &str, run: &Run) -> Result<()> {
        self.runs += 1;
        for secret in &self.planted {
            for (stream, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
                let line = text.lines().find(|line| line.contains(secret.as_str()));
                ensure!(line.is_none(), "mesh {words}: {secret} is on {stream}: {line:?}");
            }
        }
        Ok(())
    }

    /// The same with another user in the kubeconfig, or another way to the server.
    fn with(&mut self, name: &str, words: &str, edit: impl FnOnce(&mut Value)) -> Result<Run> {
        let before = std::mem::replace(&mut self.kubeconfig, self.cluster.kubeconfig_edited(name, edit)?);
        let run = self.run(words);
        self.kubeconfig = before;
        run
    }
}

fn plant(cluster: &Cluster) -> Result<()> {
    cluster.create_namespace("istio-system", &json!({}))?;
    let login = json!({"auths": {"registry.example.com": {"username": "u", "password": PULL}}}).to_string();
    let of = |name: &str, kind: &str, key: &str, value: &str| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "type": kind, "data": {key: STANDARD.encode(value)}});
    cluster.create(SECRETS, &of("pull", "kubernetes.io/dockerconfigjson", ".dockerconfigjson", &login))?;
    cluster.create(SECRETS, &of("cacerts", "Opaque", "ca-key.pem", CA))?;
    Ok(())
}

#[test]
fn planted_secrets_are_nowhere() -> Result<()> {
    let cluster = builder().start()?;
    plant(&cluster)?;
    let config: Value = serde_json::from_str(&std::fs::read_to_string(cluster.kubeconfig())?)?;
    let token = config["users"][0]["user"]["token"].as_str().context("no token")?.to_owned();
    let planted: Vec<&str> = SET.into_iter().chain([PULL, CA, PASSWORD, &token]).collect();
    let encoded = planted.iter().map(|secret| STANDARD.encode(secret).trim_end_matches('=').to_owned());
    let planted = planted.iter().map(|secret| (*secret).to_owned()).chain(encoded).collect();
    let mut heard = Heard { cluster: &cluster, kubeconfig: cluster.kubeconfig(), planted, runs: 0 };

    let setting = |value: &str| format!("--set values.pilot.env.API_TOKEN={value} --image-pull-secret pull");
    let one = format!("--set profile=minimal {}", setting(SET[0]));
    // What is asked stands with what to type: nobody can be asked here.
    for words in [
        format!("install {one} -vv"),
        "verify -vv".to_owned(),
        format!("upgrade {}", setting(SET[1])),
        format!("upgrade {} --dry-run", setting(SET[1])),
        format!("upgrade {} --dry-run -o json", setting(SET[1])),
        format!("diff {one} --set values.pilot.env.API_TOKEN={}", SET[1]),
        format!("diff {one} --set values.pilot.env.API_TOKEN={} -o json", SET[1]),
        format!("verify {one} --set values.pilot.env.API_TOKEN={}", SET[1]),
        format!("verify {one} --set values.pilot.env.API_TOKEN={} -o json", SET[1]),
        format!("verify {one} --set values.pilot.env.API_TOKEN={} -o junit", SET[1]),
        format!("verify {one} --set values.pilot.env.API_TOKEN={} -o sarif", SET[1]),
        format!("verify {one} --set values.pilot.env.API_TOKEN={} -o github", SET[1]),
        format!("upgrade {} -y -vv -o json", setting(SET[1])),
        "history".to_owned(),
        "history -o json".to_owned(),
        "status -o json".to_owned(),
        "check -v".to_owned(),
        "check -o json".to_owned(),
        "describe deployment istiod -n istio-system".to_owned(),
        "describe deployment istiod -n istio-system -o json".to_owned(),
        format!("upgrade --canary --revision next --dry-run {}", setting(SET[0])),
        "rollback --dry-run -vv".to_owned(),
        "rollback -y -o json".to_owned(),
    ] {
        let run = heard.run(&words)?;
        ensure!(matches!(run.code, Some(0..=2)), "{words}: {run}");
    }
    of_the_connection(&mut heard, &token)?;
    in_records(&heard)?;
    in_files(&mut heard)?;
    ensure!(heard.runs > 25, "{}", heard.runs);
    Ok(())
}

/// Plugins that print what they should not, and addresses with passwords.
fn of_the_connection(heard: &mut Heard<'_>, token: &str) -> Result<()> {
    let plugin = |script: String| json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never", "command": "sh", "args": ["-c", script]}});
    let told =
        json!({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": token}});
    // Through the environment, as a plugin has it: not in the arguments, which are told.
    let mut good = plugin("printf %s \"$CREDENTIAL\"".to_owned());
    let mut broken = plugin("printf '%s' \"${CREDENTIAL%???}\"; exit 0".to_owned());
    let mut failing = plugin("printf '%s' \"$CREDENTIAL\"; echo \"token=$TOKEN\" >&2; exit 3".to_owned());
    for user in [&mut good, &mut broken, &mut failing] {
        user["exec"]["env"] =
            json!([{"name": "CREDENTIAL", "value": told.to_string()}, {"name": "TOKEN", "value": token}]);
    }
    for (name, user, code) in [("good", good, 0), ("broken", broken, 3), ("failing", failing, 3)] {
        let run = heard.with(name, "verify -vv", |config| config["users"][0]["user"] = user)?;
        ensure!(run.code == Some(code), "{name}: {run}");
    }
    let old =
        heard.with("old", "status -vv", |config| config["users"][0]["user"] = json!({"token": format!("{token}x")}))?;
    ensure!(old.code == Some(3), "{old}");
    for words in
        ["verify -vv", "status -o json", "install --set profile=minimal -y", "diff --context a --context test-cluster"]
    {
        heard.with("address", words, |config| {
            let cluster = &mut config["clusters"][0]["cluster"];
            let server = cluster["server"]
                .as_str()
                .unwrap_or_default()
                .replace("https://", &format!("https://user:{PASSWORD}@"));
            cluster["server"] = server.into();
        })?;
        heard.with("proxy", words, |config| {
            config["clusters"][0]["cluster"]["proxy-url"] = format!("http://user:{PASSWORD}@127.0.0.1:1").into();
        })?;
    }
    Ok(())
}

/// Records are Secrets. What people set is in them, as the next upgrade wants it; nothing else that is secret is.
fn in_records(heard: &Heard<'_>) -> Result<()> {
    let mut seen = 0;
    for secret in heard.cluster.list(SECRETS)? {
        if !secret["type"].as_str().unwrap_or_default().starts_with("mesh/") {
            continue;
        }
        seen += 1;
        let packed = STANDARD.decode(secret["data"]["record"].as_str().context("no record")?)?;
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed.as_slice()), &mut text)?;
        let others = heard.planted.iter().filter(|planted| !SET.contains(&planted.as_str()));
        let found: Vec<&String> = others.filter(|planted| text.contains(planted.as_str())).collect();
        ensure!(found.is_empty() && text.contains("inventory"), "{}: {found:?}", secret["metadata"]["name"]);
        let open = json!(secret["metadata"]).to_string();
        ensure!(heard.planted.iter().all(|planted| !open.contains(planted.as_str())), "{open}");
    }
    ensure!(seen > 1, "no records");
    Ok(())
}

/// What is written to files is for their owner alone.
fn in_files(heard: &mut Heard<'_>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let backup = folder.path().join("backup.yaml");
    let telemetry =
        json!({"apiVersion": "telemetry.istio.io/v1", "kind": "Telemetry", "metadata": {"name": "a"}, "spec": {}});
    heard.cluster.create("/apis/telemetry.istio.io/v1/namespaces/default/telemetries", &telemetry)?;
    let words = format!("uninstall --purge --delete-crds --yes-delete-crds --backup {} -y -vv", backup.display());
    let run = heard.run(&words)?;
    ensure!(run.code == Some(0), "{run}");
    ensure!(std::fs::metadata(&backup)?.permissions().mode() & 0o777 == 0o600, "{}", backup.display());
    Ok(())
}

/// A diff of manifests goes into logs of CI, and so do errors.
#[test]
fn what_differs_between_manifests_is_told_without_secrets() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let write = |name: &str, word: &str| -> Result<String> {
        let env = json!([{"name": "API_TOKEN", "value": word}, {"name": "LEVEL", "value": word.len().to_string()}]);
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "a", "env": env}]}});
        let secret =
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "stringData": {"q": word}});
        let path = folder.path().join(name);
        std::fs::write(&path, format!("{pod}\n---\n{secret}\n"))?;
        Ok(path.display().to_string())
    };
    let (one, other) = (write("one.yaml", "hunterA")?, write("other.yaml", "hunterBB")?);
    let run = Mesh::alone().args(["manifest", "diff", &one, &other]).run()?;
    ensure!(run.code == Some(1) && !run.stdout.contains("hunter"), "{run}");
    ensure!(run.stdout.contains("Secret/a changed") && run.stdout.contains("what differs is secret"), "{run}");
    ensure!(run.stdout.contains("LEVEL") && run.stdout.contains("(hidden)"), "{run}");
    for set in ["values.global.proxy.clientSecret=hunterA", "meshConfig.accessLogFile.clientSecret=hunterA"] {
        let run = Mesh::alone().args(["manifest", "generate", "--set", set]).run()?;
        run.expect_failed(2, &["clientSecret=(hidden)"])?;
        ensure!(!run.stderr.contains("hunter"), "{run}");
    }
    Ok(())
}
