//! `mesh rbac`: the roles that a command needs, and no more.

use super::inputs;
use super::settings::Settings;
use crate::cli::{ManifestOutput, RbacArgs};
use crate::error::Result;
use crate::input::Precedence;
use crate::object::Object;
use crate::plan::access::roles::{self, Grantee, Shape};
use crate::plan::access::{self, Purpose, Subject};
use crate::plan::canary;
use crate::render::{self, Target};
use crate::{config, report};

/// Prints them; makes no connection.
pub(super) fn run(settings: &Settings, args: RbacArgs) -> Result<()> {
    let RbacArgs { purposes, namespaced, user, group, serviceaccount, render, output } = args;
    let mut given = inputs::asked(settings, render, Precedence::Given)?.given;
    let mut config = config::load(&given)?;
    // An upgrade by a second revision gives it a name, and roles are named by revision.
    if purposes.contains(&Purpose::Canary) && config.revision().is_empty() {
        given.revision = Some(canary::revision(&config)?);
        config = config::load(&given)?;
    }
    let set = render::render(&config, &Target::default())?.install_set(true);
    let objects: Vec<&Object> = set.objects().collect();
    let subject = Subject { objects: &objects, home: set.namespace.name(), place: settings.namespace.as_deref() };
    let needs = access::of_all(&purposes, &subject);
    let people = user.into_iter().map(Grantee::User).chain(group.into_iter().map(Grantee::Group));
    let grantees: Vec<Grantee> = people.chain(serviceaccount).collect();
    let shape = Shape { name: &roles::name(&purposes), namespaced, grantees: &grantees };
    match output {
        ManifestOutput::Yaml => settings.ui.result(&report::rbac::yaml(&purposes, &needs, &shape)?),
        ManifestOutput::Json => {
            report::message::warnings(&settings.ui, &roles::warnings(&needs));
            settings.ui.result(&report::rbac::json(&needs, &shape))
        }
    }
}
