//! Templates to objects: each file is read once, and only those of components that are on.

use std::collections::BTreeSet;

use gotemplate::{Functions, MissingKey, Templates, Value};

use super::context::{self, Target};
use crate::component::{Component, templates};
use crate::config::{ComponentKind, Instance};
use crate::error::{Error, Result};
use crate::object::Object;
use crate::yaml;

pub(super) struct Engine {
    templates: Templates,
    parsed: BTreeSet<&'static str>,
    capabilities: Value,
}

impl Engine {
    pub(super) fn new(target: &Target) -> Self {
        let templates = Templates::new(Functions::helm()).missing_key(MissingKey::Helm);
        Self { templates, parsed: BTreeSet::new(), capabilities: target.capabilities() }
    }

    /// The objects of one instance, in the order of the component's files.
    pub(super) fn objects(&mut self, component: &'static Component, instance: &Instance) -> Result<Vec<Object>> {
        self.read(component)?;
        let files = component.files();
        let context = self.context(component, instance);
        let mut objects = Vec::new();
        for (name, _) in files.iter().filter(|(name, _)| !defines_only(name)) {
            objects.extend(self.render(name, &context).map_err(|error| error.at(component.title))?);
        }
        Ok(objects)
    }

    /// Reads the component's files, so that what they define can be used; a second time does nothing.
    pub(super) fn read(&mut self, component: &'static Component) -> Result<()> {
        templates("").iter().chain(&component.files()).try_for_each(|(name, text)| self.parse(name, text))
    }

    /// The objects that a template defined by name gives. The component's files have been read before ([`Self::read`]).
    pub(super) fn defined(&self, name: &str, component: &Component, instance: &Instance) -> Result<Vec<Object>> {
        self.render(name, &self.context(component, instance)).map_err(|error| error.at(component.title))
    }

    fn context(&self, component: &Component, instance: &Instance) -> Value {
        let injection = match component.kind {
            ComponentKind::ControlPlane => injection(),
            _ => Value::Nil,
        };
        context::of(component, instance, &self.capabilities, &injection)
    }

    fn parse(&mut self, name: &'static str, text: &str) -> Result<()> {
        if self.parsed.insert(name) {
            self.templates.parse(name, text).map_err(|error| failed(name, error))?;
        }
        Ok(())
    }

    fn render(&self, name: &str, context: &Value) -> Result<Vec<Object>> {
        let text = self.templates.render(name, context).map_err(|error| failed(name, error))?;
        let documents = yaml::documents_last_wins(name, &text).map_err(|error| {
            Error::usage("bad-template-output", format!("the values do not fit into template {name}"))
                .caused_by(error)
                .hint("look for a value with line breaks or `: ` where a plain word is expected")
        })?;
        documents.into_iter().map(|document| Object::new(document).map_err(|error| error.at(name))).collect()
    }
}

fn failed(name: &str, error: gotemplate::Error) -> Error {
    Error::usage("template", format!("template {name} does not render")).caused_by(error.to_string())
}

fn defines_only(name: &str) -> bool {
    name.rsplit('/').next().unwrap_or_default().starts_with('_')
}

/// The injection templates by name: a file each.
fn injection() -> Value {
    let named =
        templates("injection").into_iter().filter(|(path, _)| !defines_only(path)).filter_map(|(path, text)| {
            let name = path.rsplit('/').next()?.strip_suffix(".yaml")?;
            Some((name, Value::from(text)))
        });
    Value::map(named)
}
