//! The CRDs on a real API server: taken without a complaint, they accept what Istio accepts and refuse what it refuses.
//!
//! `tests/it/crds` holds the documents to judge, a file a kind. One with a `breaks` beside its fields is invalid: every
//! cause the server names has to contain one of the texts in `breaks`, and every text has to be in a cause.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use cluster::Cluster;
use futures::{StreamExt, TryStreamExt, stream};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, ListParams, Patch, PatchParams};
use kube::runtime::wait::{await_condition, conditions};
use kube::{Client, ResourceExt};
use mesh::{render, yaml};
use serde_json::Value;

/// How long the server may take to serve a new kind.
const PATIENCE: Duration = Duration::from_secs(120);

/// A document, and the rules it breaks; none where it is valid.
struct Case {
    /// File and name, for messages.
    title: String,
    object: Value,
    breaks: Vec<String>,
}

fn cases() -> Result<Vec<Case>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/crds");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {file}"))?;
        for mut object in yaml::documents(&file, &text)? {
            let breaks = object.as_object_mut().and_then(|fields| fields.remove("breaks"));
            let breaks = match breaks {
                None => Vec::new(),
                Some(Value::String(rule)) => vec![rule],
                Some(rules) => serde_json::from_value(rules).with_context(|| format!("{file}: breaks"))?,
            };
            let name =
                object["metadata"]["name"].as_str().with_context(|| format!("{file}: a document without name"))?;
            cases.push(Case { title: format!("{file} {name}"), object, breaks });
        }
    }
    Ok(cases)
}

#[test]
fn documents_cover_kinds_and_rules() -> Result<()> {
    let cases = cases()?;
    let (valid, invalid): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|case| case.breaks.is_empty());
    ensure!(valid.len() >= 30 && invalid.len() >= 30, "{} valid, {} invalid", valid.len(), invalid.len());
    let titles: BTreeSet<&str> = cases.iter().map(|case| case.title.as_str()).collect();
    ensure!(titles.len() == cases.len(), "two documents share a name");

    let broken: Vec<&str> = invalid.iter().flat_map(|case| &case.breaks).map(String::as_str).collect();
    let broken = |rule: &str| broken.iter().any(|text| text.contains(rule));
    let mut messages = BTreeSet::new();
    for crd in render::crds::crds()? {
        let kind = &crd["spec"]["names"]["kind"];
        for (group, cases) in [("valid", &valid), ("invalid", &invalid)] {
            ensure!(cases.iter().any(|case| case.object["kind"] == *kind), "no {group} document of {kind}");
        }
        collect_messages(&crd, &mut messages);
    }
    for message in &messages {
        ensure!(broken(message), "no document breaks the rule {message:?}");
    }
    let keywords = [
        "Required value",
        "Unsupported value",
        "Duplicate value",
        "Too long",
        "Too many",
        "must be of type integer",
        "must be of type string",
        "must be of type byte",
        "must validate one and only one schema (oneOf)",
        "should match",
        "should be at least 1 chars long",
        "should have at least 1 items",
        "should have at least 1 properties",
        "should be less than or equal to",
        "should be greater than or equal to",
    ];
    for keyword in keywords {
        ensure!(broken(keyword), "no document is refused with {keyword:?}");
    }
    Ok(())
}

/// The messages of all CEL rules below `value`.
fn collect_messages(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let rules = fields.get("x-kubernetes-validations").and_then(Value::as_array).into_iter().flatten();
            found.extend(rules.filter_map(|rule| rule["message"].as_str()).map(str::to_owned));
            fields.values().for_each(|value| collect_messages(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_messages(item, found)),
        _ => {}
    }
}

#[test]
fn a_real_server_takes_them_and_judges_by_them() -> Result<()> {
    Cluster::start()?.with_client(|client| async move {
        let crds = install(&client).await?;
        let plurals = serve_all(&client, &crds).await?;
        let problems: Vec<String> = stream::iter(cases()?)
            .map(|case| judge(client.clone(), &plurals, case))
            .buffered(16)
            .filter_map(|problem| async move { problem })
            .collect()
            .await;
        ensure!(problems.is_empty(), "{}", problems.join("\n"));
        no_complaints(&client).await
    })
}

/// Applies the CRDs and waits until each is Established.
async fn install(client: &Client) -> Result<Vec<CustomResourceDefinition>> {
    let api: Api<CustomResourceDefinition> = Api::all(client.clone());
    let params = PatchParams::apply("mesh").validation_strict();
    stream::iter(render::crds::crds()?)
        .map(async |crd| {
            let name = crd["metadata"]["name"].as_str().context("a CRD without a name")?.to_owned();
            api.patch(&name, &params, &Patch::Apply(&crd)).await.with_context(|| name.clone())?;
            let established = await_condition(api.clone(), &name, conditions::is_crd_established());
            let crd = tokio::time::timeout(PATIENCE, established).await.with_context(|| name.clone())??;
            crd.with_context(|| format!("{name} is gone"))
        })
        .buffered(15)
        .try_collect()
        .await
}

/// Waits until every version of every kind answers, and returns the plural by group and kind.
async fn serve_all(client: &Client, crds: &[CustomResourceDefinition]) -> Result<BTreeMap<(String, String), String>> {
    let deadline = Instant::now() + PATIENCE;
    for crd in crds {
        for version in &crd.spec.versions {
            let path = format!("/apis/{}/{}/{}", crd.spec.group, version.name, crd.spec.names.plural);
            // A kind is Established a moment before its paths are there.
            while let Err(cause) = get(client, &path).await {
                if Instant::now() > deadline {
                    return Err(cause.context(format!("{path} is not served")));
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    let plural = |crd: &CustomResourceDefinition| {
        ((crd.spec.group.clone(), crd.spec.names.kind.clone()), crd.spec.names.plural.clone())
    };
    Ok(crds.iter().map(plural).collect())
}

/// Any condition that is not good news (NonStructuralSchema, Terminating, …) is an error. Asked last, because
/// the controllers that set them take a moment.
async fn no_complaints(client: &Client) -> Result<()> {
    let crds = Api::<CustomResourceDefinition>::all(client.clone()).list(&ListParams::default()).await?;
    for crd in crds.iter().filter(|crd| crd.spec.group.ends_with(".istio.io")) {
        for condition in crd.status.iter().filter_map(|status| status.conditions.as_ref()).flatten() {
            let good = matches!(condition.type_.as_str(), "Established" | "NamesAccepted");
            ensure!(good && condition.status == "True", "{}: {condition:?}", crd.name_any());
        }
    }
    Ok(())
}

async fn get(client: &Client, path: &str) -> Result<Value> {
    Ok(client.request(http::Request::get(path).body(Vec::new())?).await?)
}

/// What is wrong with the server's answer to the document, if anything.
async fn judge(client: Client, plurals: &BTreeMap<(String, String), String>, case: Case) -> Option<String> {
    match create(&client, plurals, &case.object).await {
        Ok(causes) => verdict(&case.breaks, &causes).map(|problem| format!("{}: {problem}", case.title)),
        Err(cause) => Some(format!("{}: {cause:#}", case.title)),
    }
}

fn verdict(breaks: &[String], causes: &[String]) -> Option<String> {
    let unexpected = causes.iter().find(|cause| !breaks.iter().any(|rule| cause.contains(rule)));
    let missing = breaks.iter().find(|rule| !causes.iter().any(|cause| cause.contains(*rule)));
    match (unexpected, missing) {
        (None, None) => None,
        (Some(cause), None) => Some(format!("also refused for {cause:?}")),
        (None, Some(rule)) => Some(format!("not refused for {rule:?}")),
        (Some(_), Some(rule)) => Some(format!("refused for {causes:?}, not for {rule:?}")),
    }
}

/// Creates the object in a dry run; the causes for which it is refused, none where it is accepted.
async fn create(client: &Client, plurals: &BTreeMap<(String, String), String>, object: &Value) -> Result<Vec<String>> {
    let api_version = object["apiVersion"].as_str().unwrap_or_default();
    let (group, _) = api_version.split_once('/').context("apiVersion without a group")?;
    let kind = object["kind"].as_str().unwrap_or_default();
    let plural = plurals.get(&(group.to_owned(), kind.to_owned())).context("no CRD has this group and kind")?;
    // Strict: a field that the schema lacks is an error, not dropped.
    let path = format!("/apis/{api_version}/namespaces/default/{plural}?dryRun=All&fieldValidation=Strict");
    let request =
        http::Request::post(path).header("content-type", "application/json").body(object.to_string().into())?;
    match client.request::<Value>(request).await {
        Ok(_) => Ok(Vec::new()),
        Err(kube::Error::Api(status)) if status.code == 422 => {
            let causes = status.details.iter().flat_map(|details| &details.causes);
            let causes = causes.map(|cause| format!("{}: {}", cause.field, cause.message));
            // Says that CEL rules were left out because the schema was broken already.
            Ok(causes.filter(|cause| !cause.contains("some validation rules were not checked")).collect())
        }
        Err(other) => bail!("neither accepted nor found invalid: {other}"),
    }
}
