//! Commands and flags of istioctl, Helm and kubectl that mesh does not have, and what does the job.

use std::ffi::OsString;

/// A command of another program: its names below `mesh` or below a command of mesh, whose it is, and what does its job.
struct Foreign {
    /// Words from the first on, with `|` between names of one.
    words: &'static str,
    program: &'static str,
    instead: &'static [&'static str],
}

const fn istioctl(words: &'static str, instead: &'static [&'static str]) -> Foreign {
    Foreign { words, program: "istioctl", instead }
}

const fn helm(words: &'static str, instead: &'static [&'static str]) -> Foreign {
    Foreign { words, program: "Helm", instead }
}

const fn kubectl(words: &'static str, instead: &'static [&'static str]) -> Foreign {
    Foreign { words, program: "kubectl", instead }
}

/// The longer ones first.
const COMMANDS: [Foreign; 39] = [
    istioctl("x|experimental precheck", &["mesh check"]),
    istioctl("x|experimental describe|des", &["mesh describe pod NAME"]),
    istioctl("x|experimental check-inject", &["mesh describe pod NAME", "mesh describe deployment NAME"]),
    istioctl("x|experimental revision", &["mesh revision list", "mesh revision --help"]),
    istioctl("x|experimental injector", &["mesh status"]),
    istioctl("x|experimental uninstall", &["mesh uninstall"]),
    istioctl("x|experimental version", &["mesh version"]),
    istioctl("x|experimental waypoint", &["istioctl waypoint"]),
    istioctl(
        "x|experimental proxy-status|ps",
        &["mesh status (versions and age of the proxies)", "istioctl proxy-status"],
    ),
    istioctl("x|experimental wait", &["mesh verify --wait"]),
    istioctl("x|experimental", &["istioctl experimental"]),
    istioctl(
        "proxy-status|ps",
        &["mesh status (versions and age of the proxies)", "istioctl proxy-status (what each has synced)"],
    ),
    istioctl("proxy-config|pc|p", &["istioctl proxy-config", "mesh describe pod NAME (what the mesh makes of it)"]),
    istioctl("analyze", &["mesh check (the installation)", "istioctl analyze (what users configured)"]),
    istioctl("validate", &["istioctl validate", "kubectl apply --dry-run=server -f FILE"]),
    istioctl("operator", &["mesh install -f FILE (Istio has no operator since 1.24)"]),
    istioctl("dashboard|dash|d", &["istioctl dashboard", "kubectl port-forward -n NAMESPACE service/NAME PORT"]),
    istioctl("waypoint", &["istioctl waypoint"]),
    istioctl("ztunnel-config|zc|z", &["istioctl ztunnel-config"]),
    istioctl("create-remote-secret", &["mesh multicluster link A B", "istioctl create-remote-secret"]),
    istioctl("bug-report", &["istioctl bug-report", "mesh status -o json and mesh check -o json (what is wrong)"]),
    istioctl("admin", &["istioctl admin"]),
    istioctl("authz", &["istioctl experimental authz"]),
    istioctl("metrics", &["istioctl experimental metrics"]),
    istioctl("wait", &["mesh verify --wait"]),
    istioctl("manifest apply|install", &["mesh install"]),
    istioctl("manifest translate", &["mesh export --helm DIR"]),
    istioctl("manifest migrate", &["mesh profile dump", "mesh adopt (what Helm installed)"]),
    helm("template", &["mesh manifest generate"]),
    helm("list|ls", &["mesh revision list", "mesh history"]),
    helm("show|values get", &["mesh profile dump", "mesh values explain PATH"]),
    helm("lint", &["mesh manifest generate -f FILE (it refuses what is not valid)"]),
    helm("test", &["mesh verify"]),
    helm("repo|pull|dependency", &["mesh install (its charts are built in; others: --manifests DIR|TGZ)"]),
    kubectl("delete|remove", &["mesh uninstall"]),
    kubectl("get", &["mesh status", "mesh revision list"]),
    kubectl("rollout", &["mesh restart --outdated"]),
    kubectl("logs|log", &["kubectl logs -n istio-system deployment/istiod"]),
    kubectl("explain", &["mesh values explain PATH"]),
];

/// What a command line asks for that another program has: a sentence, and what does the job.
pub(super) struct Elsewhere {
    pub(super) sentence: String,
    pub(super) instead: Vec<String>,
}

/// The command that `words` (as far as they are no flags) begin with, where another program has it.
pub(super) fn command(words: &[&str]) -> Option<Elsewhere> {
    let begins = |foreign: &&Foreign| {
        let steps = foreign.words.split(' ').collect::<Vec<_>>();
        steps.len() <= words.len()
            && steps.iter().zip(words).all(|(names, word)| names.split('|').any(|name| name == *word))
    };
    let foreign = COMMANDS.iter().find(begins)?;
    let asked = words[..foreign.words.split(' ').count()].join(" ");
    let instead = foreign.instead.iter().map(|instead| match instead.split_once(" (") {
        Some((command, why)) => format!("`{command}` ({why}"),
        None => format!("`{instead}`"),
    });
    Some(Elsewhere {
        sentence: format!("`{asked}` is a command of {}, which mesh does not have", foreign.program),
        instead: instead.map(|instead| format!("this does the job: {instead}")).collect(),
    })
}

/// Flags of other programs, and what does the same; `VALUE` stands for what the flag was given.
const FLAGS: [(&str, &str); 31] = [
    ("--profile", "--set profile=VALUE"),
    ("--hub", "--set hub=VALUE, or --registry VALUE for every image"),
    ("--tag", "--set tag=VALUE"),
    ("--image", "--set hub=REGISTRY --set tag=TAG"),
    ("--set-string", "--set 'PATH=\"VALUE\"'"),
    ("--set-json", "-f FILE, with the value below `spec` of an IstioOperator"),
    ("--set-file", "-f FILE, with the value below `spec` of an IstioOperator"),
    ("--values", "-f FILE: the values of a chart stand below `spec.values` of an IstioOperator"),
    ("--values-file", "-f FILE: the values of a chart stand below `spec.values` of an IstioOperator"),
    ("--file", "-f VALUE"),
    ("--create-namespace", "nothing: the namespace is made where there is none"),
    ("--wait", "nothing: it waits until all is ready, up to --timeout"),
    ("--no-wait", "--timeout: it waits until all is ready, and a change that is not waited for proves nothing"),
    ("--atomic", "--rollback-on-failure"),
    ("--rollback-on-failure", "`mesh install --rollback-on-failure`"),
    ("--install", "`mesh install`, which installs or changes"),
    ("--cleanup-on-fail", "--rollback-on-failure"),
    ("--reset-then-reuse-values", "--reuse-values, the default of `mesh upgrade`"),
    ("--verify", "nothing: an installation is proved at its end; later `mesh verify`"),
    ("--component", "`mesh manifest generate`, and of its objects those with the label operator.istio.io/component"),
    ("--cluster-specific", "`mesh diff`, which renders for the cluster"),
    ("--all", "--purge for all revisions, -A for all namespaces"),
    ("--all-namespaces", "nothing: it looks at all namespaces; -n names one where a command takes one"),
    ("--kube-context", "--context VALUE"),
    ("--log_output_level", "-v, or -vv for every request"),
    ("--vklog", "-v, or -vv for every request"),
    ("--debug", "-vv"),
    ("--injectConfigMapName", "--from-cluster, with --revision NAME"),
    ("--meshConfigMapName", "--from-cluster, with --revision NAME"),
    ("--server-side", "nothing: objects are always applied on the server"),
    ("--force-conflicts", "-y: what others hold is then taken over"),
];

/// What does the same as a flag of another program. `args` is the command line, for what the flag was given.
pub(super) fn flag(flag: &str, args: &[OsString]) -> Option<String> {
    let (name, own) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value.to_owned())));
    let (_, same) = FLAGS.iter().find(|(known, _)| *known == name)?;
    let words: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let value = own.or_else(|| {
        let given = words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        let next = || words.iter().skip_while(|word| **word != name).nth(1).filter(|next| !next.starts_with('-'));
        given.or_else(|| next().copied()).map(str::to_owned)
    });
    Some(match value.filter(|_| same.contains("VALUE")) {
        Some(value) if name == "--set-string" => match value.split_once('=') {
            Some((path, value)) => format!("--set '{path}=\"{value}\"'"),
            None => (*same).to_owned(),
        },
        Some(value) => same.replace("VALUE", &crate::text::shell_word(&value)),
        None => (*same).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instead(words: &str) -> Option<String> {
        let words: Vec<&str> = words.split(' ').collect();
        command(&words).map(|found| format!("{}: {}", found.sentence, found.instead.join("; ")))
    }

    #[test]
    fn commands_of_others_lead_to_what_does_the_job() {
        let table = [
            ("ps", "`ps` is a command of istioctl", "`istioctl proxy-status` (what each has synced)"),
            ("x precheck -n a", "`x precheck` is a command of istioctl", "`mesh check`"),
            ("x wait", "`x wait` is a command of istioctl", "`mesh verify --wait`"),
            ("manifest translate -f a", "`manifest translate` is a command of istioctl", "`mesh export --helm DIR`"),
            ("experimental lua", "`experimental` is a command of istioctl", "`istioctl experimental`"),
            ("analyze", "`analyze`", "`mesh check` (the installation)"),
            ("manifest apply", "`manifest apply`", "`mesh install`"),
            ("template x", "`template` is a command of Helm", "`mesh manifest generate`"),
        ];
        for (words, sentence, job) in table {
            let found = instead(words).unwrap_or_default();
            assert!(found.contains(sentence) && found.contains(job), "{words}: {found}");
        }
        assert_eq!(instead("manifest"), None);
        assert_eq!(instead("instal"), None);
    }

    #[test]
    fn flags_of_others_keep_their_value() {
        let of = |line: &str, name: &str| flag(name, &line.split(' ').map(OsString::from).collect::<Vec<_>>());
        let table = [
            ("mesh install --profile demo", "--profile", "--set profile=demo"),
            ("mesh install --profile=demo", "--profile", "--set profile=demo"),
            ("mesh install --profile -y", "--profile", "--set profile=VALUE"),
            ("mesh install --set-string a.b=1", "--set-string", "--set 'a.b=\"1\"'"),
            ("mesh install --atomic", "--atomic", "--rollback-on-failure"),
        ];
        for (line, name, want) in table {
            assert_eq!(of(line, name).as_deref(), Some(want), "{line}");
        }
        assert_eq!(of("mesh install --nothing", "--nothing"), None);
    }
}
