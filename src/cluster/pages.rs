//! Lists, read a page at a time: kept, or handed on.

use kube::api::ListParams;
use kube::core::Request;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Cluster;
use super::failure::{is_gone, remainder};
use crate::error::Result;
use crate::object::{Object, ObjectId};

/// Which objects of a collection are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection<'a> {
    /// A selector of labels.
    pub labels: Option<&'a str>,
    /// A selector of fields, such as `involvedObject.name=web`.
    pub fields: Option<&'a str>,
}

/// The selector of objects with all of these labels.
pub fn with_labels(labels: &Map<String, Value>) -> String {
    let pairs = labels.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()));
    pairs.collect::<Vec<_>>().join(",")
}

/// A page, of which only what `T` names is kept.
#[derive(serde::Deserialize)]
struct Page<T> {
    #[serde(default)]
    metadata: PageMetadata,
    #[serde(default = "Option::default")]
    items: Option<Vec<T>>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { metadata: PageMetadata::default(), items: None }
    }
}

impl<T> Page<T> {
    /// One without items, after which the list goes on there.
    fn followed_by(next: String) -> Self {
        Self { metadata: PageMetadata { next: Some(next), resource_version: None }, items: None }
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PageMetadata {
    #[serde(rename = "continue")]
    next: Option<String>,
    resource_version: Option<String>,
}

/// So many objects are asked for at once where all are kept.
const PAGE: u32 = 500;

impl Cluster {
    /// All objects of the collection at `path` (see [`Kinds::collection`](super::Kinds::collection)), with the selector of labels where one is given.
    /// `apiVersion` and `kind`, which lists leave out of their items, are those of `id`.
    ///
    /// # Errors
    /// Cluster errors. A collection that does not exist is empty.
    pub async fn list(&self, path: &str, id: &ObjectId, labels: Option<&str>) -> Result<Vec<Object>> {
        self.list_at(path, id, labels).await.map(|(objects, _)| objects)
    }

    /// As [`Cluster::list`], with the resource version of the list: a watch from there on misses nothing.
    ///
    /// # Errors
    /// As [`Cluster::list`].
    pub async fn list_at(&self, path: &str, id: &ObjectId, labels: Option<&str>) -> Result<(Vec<Object>, String)> {
        self.kept(path, id, Selection { labels, fields: None }).await
    }

    /// The objects of the collection at `path` that `selection` matches; see [`Cluster::list`].
    ///
    /// # Errors
    /// As [`Cluster::list`].
    pub async fn select(&self, path: &str, id: &ObjectId, selection: Selection<'_>) -> Result<Vec<Object>> {
        self.kept(path, id, selection).await.map(|(objects, _)| objects)
    }

    async fn kept(&self, path: &str, id: &ObjectId, selection: Selection<'_>) -> Result<(Vec<Object>, String)> {
        let mut objects = Vec::new();
        let keep = |items: Vec<Value>| {
            for item in items {
                objects.push(of_kind(item, id)?);
            }
            Ok(())
        };
        let version = self.paged(path, &id.kind, selection, PAGE, keep).await?;
        Ok((objects, version))
    }

    /// Some objects of the collection at `path`, `most` at most; else as [`Cluster::list`].
    ///
    /// # Errors
    /// Cluster errors.
    pub async fn first(&self, path: &str, id: &ObjectId, most: u32) -> Result<Vec<Object>> {
        let params = ListParams { limit: Some(most), ..ListParams::default() };
        let page = self
            .retried(&format!("list {}", id.kind), || async {
                let request = Request::new(path).list(&params).map_err(kube::Error::BuildRequest)?;
                self.client.request::<Page<Value>>(request).await
            })
            .await?;
        page.items.unwrap_or_default().into_iter().map(|item| of_kind(item, id)).collect()
    }

    /// Hands every page of the collection at `path` to `each`, read as `T`: memory holds one page, and of its objects only
    /// the fields of `T`. `kind` is for messages.
    ///
    /// # Errors
    /// Cluster errors, those of `each`. A collection that does not exist has no object.
    pub async fn pages<T: DeserializeOwned>(
        &self,
        path: &str,
        kind: &str,
        selection: Selection<'_>,
        size: u32,
        each: impl FnMut(Vec<T>) -> Result<()>,
    ) -> Result<()> {
        self.paged(path, kind, selection, size, each).await.map(drop)
    }

    /// As [`Cluster::pages`], as whole objects of the kind of `id`, which lists leave out of their items; gives the resource
    /// version of the list: a watch from there on misses nothing.
    ///
    /// # Errors
    /// As [`Cluster::pages`].
    pub async fn object_pages(
        &self,
        path: &str,
        id: &ObjectId,
        selection: Selection<'_>,
        size: u32,
        mut each: impl FnMut(Vec<Object>) -> Result<()>,
    ) -> Result<String> {
        let read = |items: Vec<Value>| each(items.into_iter().map(|item| of_kind(item, id)).collect::<Result<_>>()?);
        self.paged(path, &id.kind, selection, size, read).await
    }

    /// As [`Cluster::pages`]; gives the resource version of the first page, whose moment all are of, unless the server has
    /// forgotten that moment before the last page: what follows is of a later one, and a watch from the first tells the rest.
    async fn paged<T: DeserializeOwned>(
        &self,
        path: &str,
        kind: &str,
        selection: Selection<'_>,
        size: u32,
        mut each: impl FnMut(Vec<T>) -> Result<()>,
    ) -> Result<String> {
        let mut params = ListParams {
            label_selector: selection.labels.map(str::to_owned),
            field_selector: selection.fields.map(str::to_owned),
            limit: Some(size),
            ..ListParams::default()
        };
        let what = format!("list {kind}");
        let mut version = None;
        let mut is_remainder = false;
        loop {
            let page = self
                .retried(&what, || async {
                    let request = Request::new(path).list(&params).map_err(kube::Error::BuildRequest)?;
                    match self.client.request::<Page<T>>(request).await {
                        Err(error) if is_gone(&error) => Ok(Page::default()),
                        // The token of a remainder never grows old: a server that says so all the same would for ever.
                        Err(error) if !is_remainder => remainder(&error).map(Page::followed_by).ok_or(error),
                        page => page,
                    }
                })
                .await?;
            is_remainder = page.items.is_none();
            let PageMetadata { next, resource_version } = page.metadata;
            let version = version.get_or_insert_with(|| resource_version.unwrap_or_default());
            each(page.items.unwrap_or_default())?;
            match next.filter(|next| !next.is_empty()) {
                Some(next) => params.continue_token = Some(next),
                None => return Ok(version.clone()),
            }
        }
    }
}

/// An item of a list of that kind.
fn of_kind(mut item: Value, id: &ObjectId) -> Result<Object> {
    item["apiVersion"] = id.api_version().into();
    item["kind"] = id.kind.as_str().into();
    Object::new(item)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fake;
    use super::*;

    const PODS: &str = "/api/v1/pods";

    fn page(name: &str, next: &str) -> String {
        let items = json!([{ "metadata": { "name": name, "namespace": "a" } }]);
        let page = json!({ "metadata": { "resourceVersion": "7", "continue": next }, "items": items });
        format!("{}{page}", fake::head("200 OK", "application/json"))
    }

    fn expired(metadata: &Value) -> String {
        let status = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": metadata, "status": "Failure", "reason": "Expired", "code": 410,
            "message": "The provided continue parameter is too old to display a consistent list result.",
        });
        format!("{}{status}", fake::head("410 Gone", "application/json"))
    }

    fn listed(answers: Vec<String>) -> (Result<(Vec<Object>, String)>, Vec<String>) {
        let id = ObjectId::new("v1", "Pod", None, "");
        fake::with(answers, async |cluster| cluster.list_at(PODS, &id, None).await)
    }

    #[test]
    fn a_list_whose_moment_is_forgotten_goes_on_where_the_server_says() {
        let answers = vec![page("one", "old"), expired(&json!({ "continue": "newer" })), page("two", "")];
        let (done, asked) = listed(answers);
        let (objects, version) = done.expect("a list");
        let names: Vec<&str> = objects.iter().map(|object| object.name()).collect();
        assert_eq!((names, version.as_str()), (vec!["one", "two"], "7"));
        let tokens: Vec<bool> =
            ["continue=old", "continue=newer"].map(|token| asked.iter().any(|line| line.contains(token))).into();
        assert_eq!(tokens, [true, true], "{asked:?}");
    }

    #[test]
    fn where_the_server_does_not_say_or_says_it_for_ever_it_is_an_error() {
        let newer = || expired(&json!({ "continue": "newer" }));
        for answers in [vec![page("one", "old"), expired(&json!({}))], vec![page("one", "old"), newer(), newer()]] {
            let (done, _) = listed(answers);
            assert!(done.expect_err("half a list").to_string().contains("list Pod"));
        }
    }
}
