//! Who writes to objects: the table of known field managers, and what each means for ours.

use crate::istio::maker;

pub use maker::UNTRACKED;

/// Our own field manager.
pub const OURS: &str = maker::MESH;

/// What a field manager is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// `mesh` itself.
    Ours,
    /// Another installer of Istio: its fields are taken over, and what it wrote and is not wanted any more goes.
    Installer,
    /// A person with `kubectl`: what they changed is put back after saying so; what they added stays.
    Person,
    /// A controller that owns some fields by design; they are left to it.
    Controller,
    /// Anybody else: a field it holds and that should be different is a conflict, reported and never forced.
    Other,
}

impl Class {
    /// What the field manager called `manager` is to us.
    pub fn of(manager: &str) -> Self {
        match manager {
            OURS => Self::Ours,
            UNTRACKED => Self::Person,
            "helm" | "Helm" => Self::Installer,
            name if maker::is_kubectl(name) => Self::Person,
            name if maker::ISTIOCTL.contains(&name) => Self::Installer,
            name if maker::CONTROLLERS.contains(&name) => Self::Controller,
            _ => Self::Other,
        }
    }

    /// Whether a field this manager holds may be taken by force, once it was said.
    pub fn may_be_forced(self) -> bool {
        matches!(self, Self::Ours | Self::Installer | Self::Person)
    }

    /// Whether what this manager wrote was an installation of Istio, so that it goes when it is not wanted any more.
    pub fn installs(self) -> bool {
        matches!(self, Self::Ours | Self::Installer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn managers_are_told_apart() {
        let table = [
            ("mesh", Class::Ours),
            ("istio-operator", Class::Installer),
            ("istioctl", Class::Installer),
            ("helm", Class::Installer),
            ("kubectl", Class::Person),
            ("kubectl-edit", Class::Person),
            ("kubectl-client-side-apply", Class::Person),
            ("before-first-apply", Class::Person),
            ("kubectlx", Class::Other),
            ("pilot-discovery", Class::Controller),
            ("kube-controller-manager", Class::Controller),
            ("admissionsenforcer", Class::Other),
            ("argocd-controller", Class::Other),
            ("", Class::Other),
        ];
        for (manager, class) in table {
            assert_eq!(Class::of(manager), class, "{manager}");
        }
    }

    #[test]
    fn only_installers_and_people_are_forced() {
        let forced = [Class::Ours, Class::Installer, Class::Person, Class::Controller, Class::Other]
            .map(|class| (class.may_be_forced(), class.installs()));
        assert_eq!(forced, [(true, true), (true, true), (true, false), (false, false), (false, false)]);
    }
}
