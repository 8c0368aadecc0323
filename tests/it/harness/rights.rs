//! What a user may do by now, as the authorizer hears of roles by watches; and whether what a command asked is what the table
//! of its requests says.

use std::collections::BTreeSet;

use std::time::Duration;

use anyhow::{Result, ensure};
use cluster::{Cluster, Recorded, Requests};
use mesh::config::{self, Inputs};
use mesh::object::Object;
use mesh::plan::access::{self, Need, Purpose, Subject, When};
use mesh::render::{self, InstallSet, Target};
use serde_json::{Value, json};

/// Waits until `user` may do that, or may not: attributes are those of a SubjectAccessReview.
pub(crate) fn wait_for(cluster: &Cluster, user: &str, attributes: &Value, allowed: bool) -> Result<()> {
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
        "spec": {"user": user, "resourceAttributes": attributes},
    });
    cluster.eventually(Duration::from_secs(60), &format!("{user}: {attributes}: {allowed}"), |cluster| {
        let answer = cluster.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", &review)?;
        Ok((answer["status"]["allowed"] == allowed).then_some(()))
    })
}

/// Verb, group, resource, namespace, name.
pub(crate) type Use = (String, String, String, String, String);

/// What of a role a request makes use of.
pub(crate) fn uses(request: &Recorded) -> Vec<Use> {
    let group = request.path.strip_prefix("/apis/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let of = |verb: &str| {
        let (resource, namespace, name) = (request.resource.clone(), request.namespace.clone(), request.name.clone());
        (verb.to_owned(), group.to_owned(), resource, namespace, name)
    };
    // An apply of what is not there creates it, and is asked whether it may.
    let creates = request.verb == "patch" && request.code == 201;
    let verbs = [Some(request.verb.as_str()), creates.then_some("create")];
    verbs.into_iter().flatten().filter(|_| !request.resource.is_empty()).map(of).collect()
}

pub(crate) fn fits(need: &Need, (verb, group, resource, namespace, name): &Use) -> bool {
    let word = |wanted: &str, found: &str| wanted == "*" || wanted == found;
    let deed = &need.deed;
    deed.verb == verb
        && word(&deed.group, group)
        && word(&deed.resource, resource)
        && deed.namespace.as_ref().is_none_or(|wanted| wanted == namespace)
        && deed.name.as_ref().is_none_or(|wanted| wanted == name)
}

/// The objects of these inputs.
pub(crate) fn set(inputs: &[&str]) -> Result<InstallSet> {
    let sets = inputs.iter().filter(|word| **word != "--set").map(|word| (*word).to_owned()).collect();
    let config = config::load(&Inputs { sets, ..Inputs::default() })?;
    Ok(render::render(&config, &Target::default())?.install_set(true))
}

/// Whether these are the requests that the table has for the command: none beside it, and each that is always asked.
pub(crate) fn are_those_of(purpose: Purpose, home: &str, inputs: &[&str], requests: &Requests) -> Result<()> {
    let set = set(inputs)?;
    let objects: Vec<&Object> = set.objects().collect();
    let needs = access::needs(purpose, &Subject { objects: &objects, home, place: None });
    let about_oneself = |(_, group, ..): &Use| group == "authorization.k8s.io";
    let asked: BTreeSet<Use> = requests.all().iter().flat_map(uses).filter(|one| !about_oneself(one)).collect();
    let more = asked.iter().filter(|one| !needs.iter().any(|need| fits(need, one)));
    let more: BTreeSet<String> =
        more.map(|(verb, group, resource, namespace, _)| format!("{verb} {resource}.{group} {namespace}")).collect();
    let idle: Vec<String> = idle(&needs, &asked);
    ensure!(more.is_empty() && idle.is_empty(), "{}: not granted: {more:#?}, not asked: {idle:#?}", purpose.name());
    Ok(())
}

/// What is always needed, and was not asked.
pub(crate) fn idle(needs: &[Need], asked: &BTreeSet<Use>) -> Vec<String> {
    let is_idle = |need: &&Need| need.when == When::Always && !asked.iter().any(|one| fits(need, one));
    needs.iter().filter(is_idle).map(|need| need.deed.to_string()).collect()
}
