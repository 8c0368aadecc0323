//! What `profiles/` holds, parsed only when asked for.

use include_dir::{Dir, include_dir};
use serde_json::Value;

use super::ComponentKind;
use super::hint::nearest;
use crate::error::{Error, Result};
use crate::yaml;

static PROFILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/profiles");

/// The folders of `profiles/` that hold presets by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folder {
    /// Profiles.
    Profiles,
    /// Platforms.
    Platforms,
    /// Compatibility versions.
    Compatibility,
    /// Sizes.
    Sizes,
}

impl Folder {
    const fn path(self) -> &'static str {
        match self {
            Self::Profiles => "",
            Self::Platforms => "platforms",
            Self::Compatibility => "compatibility",
            Self::Sizes => "sizes",
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Profiles => "profile",
            Self::Platforms => "platform",
            Self::Compatibility => "compatibility version",
            Self::Sizes => "size",
        }
    }

    /// The names there are, sorted.
    pub(super) fn names(self) -> Vec<&'static str> {
        let dir = if self == Self::Profiles { Some(&PROFILES) } else { PROFILES.get_dir(self.path()) };
        let mut names: Vec<_> = dir
            .into_iter()
            .flat_map(Dir::files)
            .filter_map(|file| file.path().file_name()?.to_str()?.strip_suffix(".yaml"))
            .collect();
        names.sort_unstable();
        names
    }

    /// The file of that name, parsed.
    pub(super) fn read(self, name: &str) -> Result<Value> {
        // Names are compared, not joined to a path: `../x` is just unknown.
        if !self.names().contains(&name) {
            return Err(self.unknown(name, &self.names()));
        }
        let path = if self == Self::Profiles { format!("{name}.yaml") } else { format!("{}/{name}.yaml", self.path()) };
        parse(&path)
    }

    fn unknown(self, name: &str, known: &[&str]) -> Error {
        let id = match self {
            Self::Profiles => "unknown-profile",
            Self::Platforms => "unknown-platform",
            Self::Compatibility => "unknown-compatibility-version",
            Self::Sizes => "unknown-size",
        };
        let error = Error::usage(id, format!("unknown {} `{name}`", self.noun()));
        let error = match nearest(name, known.iter().copied()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error,
        };
        error.hint(format!("there are: {}", known.join(", ")))
    }
}

/// The values `profile` (as in `values.profile`) puts over the charts' defaults.
pub(super) fn preset(folder: Folder, name: &str) -> Result<Value> {
    if let Some(preset) = folder.read(name)?.get_mut("preset") {
        return Ok(preset.take());
    }
    let with_preset: Vec<_> = folder.names().into_iter().filter(|name| has_preset(folder, name)).collect();
    Err(folder.unknown(name, &with_preset).at("`values.profile` wants a profile that has values of its own"))
}

fn has_preset(folder: Folder, name: &str) -> bool {
    folder.read(name).is_ok_and(|file| file.get("preset").is_some())
}

/// The values of a component when nobody says anything.
pub(super) fn defaults(component: ComponentKind) -> Result<Value> {
    let name = match component {
        ComponentKind::Core => "core",
        ComponentKind::ControlPlane => "control-plane",
        ComponentKind::IngressGateway => "ingress-gateway",
        ComponentKind::EgressGateway => "egress-gateway",
        ComponentKind::Cni => "cni",
        ComponentKind::Ztunnel => "ztunnel",
    };
    parse(&format!("defaults/{name}.yaml"))
}

fn parse(path: &str) -> Result<Value> {
    let text = PROFILES.get_file(path).and_then(|file| file.contents_utf8()).unwrap_or_default();
    yaml::document(&format!("profiles/{path}"), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_there_and_parse() -> Result<()> {
        let ten = "ambient default demo empty minimal openshift openshift-ambient preview remote stable";
        assert_eq!(Folder::Profiles.names().join(" "), ten);
        assert_eq!(Folder::Platforms.names().join(" "), "gke k3d k3s microk8s minikube openshift");
        assert_eq!(Folder::Compatibility.names().join(" "), "1.25 1.26 1.27 1.28 1.29");
        assert_eq!(Folder::Sizes.names().join(" "), "tiny");
        for folder in [Folder::Profiles, Folder::Platforms, Folder::Compatibility, Folder::Sizes] {
            for name in folder.names() {
                let file = folder.read(name)?;
                assert!(file["about"].is_string(), "{name}");
                let want = if matches!(folder, Folder::Profiles | Folder::Sizes) { "spec" } else { "preset" };
                assert!(file[want].is_object(), "{name}");
            }
        }
        for component in ComponentKind::ALL {
            assert!(defaults(component)?.is_object(), "{component:?}");
        }
        Ok(())
    }

    #[test]
    fn an_unknown_name_gets_the_nearest() {
        let error = Folder::Profiles.read("dmo").expect_err("no such profile");
        assert_eq!(error.id(), "unknown-profile");
        assert_eq!(error.hints()[0], "did you mean `demo`?");
        assert!(Folder::Profiles.read("../Cargo").is_err());
        assert!(preset(Folder::Profiles, "minimal").is_err());
        assert!(preset(Folder::Platforms, "k3s").is_ok());
    }
}
