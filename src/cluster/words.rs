//! The server's sentences, as far as they have to be read: only where `Status.reason` and `Status.details` are the same for
//! things that are not. Nothing outside of this file looks into a sentence of the server. Where each is from is said with it.

/// The admission webhook that looked at the object and said no: `admission webhook "NAME" denied the request: …`
/// (apiserver, `admission/plugin/webhook/errors`). Reason and code are what the webhook chose.
pub(super) fn denied_by(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("admission webhook \"")?;
    let (name, rest) = rest.split_once('"')?;
    rest.starts_with(" denied the request").then_some(name)
}

/// The admission webhook that could not be asked, and why: `failed calling webhook "NAME": failed to call webhook: Post
/// "URL": …` (apiserver, `util/webhook`). To `Status.reason` it is an internal error as any other.
pub(super) fn not_called(message: &str) -> Option<(&str, &str)> {
    let (_, rest) = message.split_once("failed calling webhook \"")?;
    let (name, why) = rest.split_once("\": ")?;
    Some((name, why.trim_start_matches("failed to call webhook: ")))
}

/// The policy that said no: `… ValidatingAdmissionPolicy 'NAME' with binding 'BINDING' denied request: …` (apiserver,
/// `admission/plugin/policy/validating`). Reason and code are what the policy chose.
pub(super) fn policy(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("ValidatingAdmissionPolicy '")?;
    let (name, rest) = rest.split_once('\'')?;
    rest.contains("denied request").then_some(name)
}

/// The verb that the authorizer does not allow: `pods is forbidden: User "a" cannot create resource "pods" …` (apiserver,
/// `endpoints/handlers/responsewriters`). Quota and admission plugins answer with the same reason and the same details.
pub(super) fn forbidden_verb(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("User \"")?;
    let (_, rest) = rest.split_once("\" cannot ")?;
    rest.split_whitespace().next()
}

/// Whether a value is wrong only as it is another than what is there; to `StatusCause.reason` it is a wrong value as any
/// other (apimachinery, `api/validation`; roleRef, cluster IPs, StatefulSets and classes have sentences of their own).
pub(super) fn is_unchangeable(message: &str) -> bool {
    const SAYS: [&str; 6] = [
        "is immutable",
        "cannot change roleRef",
        "may not change once set",
        "may not be changed in an update",
        "updates to statefulset spec for fields other than",
        "updates to parameters are forbidden",
    ];
    SAYS.iter().any(|says| message.contains(says))
}

/// The manager of a field that an apply conflicts about: `conflict with "NAME" using apps/v1` (apimachinery,
/// `util/managedfields`).
pub(super) fn manager(message: &str) -> Option<&str> {
    message.split_once("conflict with \"")?.1.split_once('"').map(|(name, _)| name)
}

/// Whether the server's store is at fault for a moment: its errors come as 500 without any reason.
pub(super) fn is_store(message: &str) -> bool {
    message.contains("etcdserver:")
}

/// Whether it may be a server that has started a moment ago: it has not read yet which addresses Services may have and
/// takes that for none (`registry/core/service/ipallocator`: `failed to allocate a serviceIP …: range is full`, 500), or an
/// admission plugin of it has not read its objects (apiserver, `admission/initializer`: 403). A range that is full says the
/// same.
pub(super) fn is_not_warm(message: &str) -> bool {
    message.contains("failed to allocate a serviceIP") || message.ends_with("not yet ready to handle request")
}

/// Whether a ResourceQuota has no room. Its plugin answers 403 with a sentence and no cause
/// (`k8s.io/apiserver/pkg/admission/plugin/resourcequota`).
pub(super) fn is_over_quota(message: &str) -> bool {
    message.contains("exceeded quota")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_are_named() {
        let denied = "admission webhook \"validation.istio.io\" denied the request: bad";
        assert_eq!((denied_by(denied), not_called(denied)), (Some("validation.istio.io"), None));
        let failed = "Internal error occurred: failed calling webhook \"a.b\": failed to call webhook: Post \"https://x\": refused";
        assert_eq!((denied_by(failed), not_called(failed)), (None, Some(("a.b", "Post \"https://x\": refused"))));
        assert_eq!(denied_by("exceeded quota"), None);
    }

    #[test]
    fn policies_verbs_and_managers_are_found() {
        let denied = "services \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no";
        assert_eq!(policy(denied), Some("p"));
        assert_eq!(policy("ValidatingAdmissionPolicy 'p' is odd"), None);
        let user = "pods is forbidden: User \"viewer\" cannot create resource \"pods\" in API group \"\"";
        assert_eq!(forbidden_verb(user), Some("create"));
        assert_eq!(forbidden_verb("pods \"a\" is forbidden: exceeded quota"), None);
        assert_eq!(manager("conflict with \"kubectl-edit\" using apps/v1"), Some("kubectl-edit"));
    }

    #[test]
    fn a_field_that_cannot_be_changed_is_told_from_a_wrong_one() {
        let table = [
            ("Invalid value: {\"matchLabels\":{\"app\":\"x\"}}: field is immutable", true),
            ("Invalid value: {\"kind\":\"Role\"}: cannot change roleRef", true),
            ("Invalid value: []string{\"10.0.0.9\"}: may not change once set", true),
            (
                "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', … are forbidden",
                true,
            ),
            ("Forbidden: spec is immutable after creation except resources.requests", true),
            ("Forbidden: may not be changed in an update.", true),
            ("Invalid value: 0: must be between 1 and 65535, inclusive", false),
        ];
        for (message, unchangeable) in table {
            assert_eq!(is_unchangeable(message), unchangeable, "{message}");
        }
    }
}
