//! `mesh rbac`, and the line of it that prints the roles for another command line.

use std::path::Path;

use clap::Args;
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};

use super::typed::bare;
use super::{Command, FromBundleArgs, Global, ManifestOutput, RenderArgs, TagCommand};
use crate::istio::DEFAULT_NAMESPACE;
use crate::plan::access::Purpose;
use crate::plan::access::roles::Grantee;
use crate::text::shell_word;

/// `mesh rbac`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh rbac --for install --set profile=demo --user deployer | kubectl apply -f -
  mesh rbac --for install,verify -f istio.yaml --namespaced --serviceaccount ci:deployer
  mesh rbac --for inject -n shop --namespaced --group shop-admins
  mesh rbac --for verify -o json | jq '.items[].rules'

It asks no cluster: give the inputs of the installation that the command is about, and with -n the namespace of the workloads.
What is installed by earlier inputs, or in namespaces of other control planes, is not in it.")]
pub struct RbacArgs {
    /// Command that is to be allowed (repeatable)
    #[arg(long = "for", value_name = "COMMAND", value_delimiter = ',', required = true, value_parser = purposes())]
    pub purposes: Vec<Purpose>,
    /// Grant what lies in one namespace there alone, by a Role; the rest by a ClusterRole
    #[arg(long)]
    pub namespaced: bool,
    /// Bind it to this user (repeatable)
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub user: Vec<String>,
    /// Bind it to this group (repeatable)
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub group: Vec<String>,
    /// Bind it to this service account (repeatable)
    #[arg(long, value_name = "NAMESPACE:NAME", value_parser = account)]
    pub serviceaccount: Vec<Grantee>,
    /// What is installed.
    #[command(flatten)]
    pub render: RenderArgs,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = ManifestOutput::Yaml, value_name = "FORMAT")]
    pub output: ManifestOutput,
}

fn purposes() -> impl TypedValueParser<Value = Purpose> {
    let named = |name: String| Purpose::ALL.into_iter().find(|one| one.name() == name);
    PossibleValuesParser::new(Purpose::ALL.map(Purpose::name)).try_map(move |name| named(name).ok_or("no such command"))
}

fn account(text: &str) -> Result<Grantee, String> {
    match text.split_once(':') {
        Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() && !name.contains(':') => {
            Ok(Grantee::ServiceAccount(namespace.to_owned(), name.to_owned()))
        }
        _ => Err("a service account is NAMESPACE:NAME".to_owned()),
    }
}

/// The `mesh rbac` line that prints the roles for a command line; empty where that is not known.
pub fn grant(command: &Command, global: &Global) -> String {
    let none = RenderArgs::default();
    let bundled = |from: &FromBundleArgs, render: &RenderArgs| {
        let manifests = from.bundle.clone().or_else(|| render.manifests.clone());
        RenderArgs { manifests, ..render.clone() }
    };
    let (purpose, render) = match command {
        Command::Install(args) => return line(Purpose::Install, &bundled(&args.from, &args.render), global),
        Command::Upgrade(args) => {
            let purpose = if args.canary.canary { Purpose::Canary } else { Purpose::Upgrade };
            return line(purpose, &bundled(&args.from, &args.render), global);
        }
        Command::Adopt(args) => (Purpose::Adopt, &args.render),
        Command::Label(_) => (Purpose::Label, &none),
        Command::Multicluster(_) => (Purpose::Link, &none),
        Command::RemoteClusters(_) => (Purpose::RemoteClusters, &none),
        Command::Diff(args) => (Purpose::Diff, &args.render),
        Command::Verify(args) => (Purpose::Verify, &args.render),
        Command::Check(args) => (Purpose::Check, &args.render),
        Command::Rollback(_) => (Purpose::Rollback, &none),
        Command::Uninstall(args) => {
            let (files, sets, revision) = (args.files.clone(), args.sets.clone(), args.revision.clone());
            let (manifests, version) = (args.manifests.clone(), args.version.clone());
            let render = RenderArgs { files, sets, revision, manifests, version, ..RenderArgs::default() };
            return line(Purpose::Uninstall, &render, global);
        }
        Command::Status(_) => (Purpose::Status, &none),
        Command::Version(_) => (Purpose::Version, &none),
        Command::Revision(_) | Command::Tag(TagCommand::List(_)) => (Purpose::Revision, &none),
        Command::Tag(_) => (Purpose::Tag, &none),
        Command::History(_) => (Purpose::History, &none),
        Command::Inject(args) if args.command.is_some() => (Purpose::Inject, &none),
        Command::Restart(_) => (Purpose::Restart, &none),
        Command::Describe(_) => (Purpose::Describe, &none),
        _ => return String::new(),
    };
    line(purpose, render, global)
}

/// Stands in a line for the file that something was installed from.
const INSTALLED: &str = "FILE";

fn line(purpose: Purpose, render: &RenderArgs, global: &Global) -> String {
    let RenderArgs { files, sets, manifests, version, revision, image_pull_secret, .. } = render;
    let path = |path: &Path| path.display().to_string();
    let (namespace, home) = (global.namespace.clone(), &global.istio_namespace);
    let of_place = matches!(purpose, Purpose::Inject | Purpose::Restart | Purpose::Label | Purpose::Describe);
    // What it upgrades was installed with inputs that are recorded there, and that this line does not know.
    let is_upgrade = matches!(purpose, Purpose::Upgrade | Purpose::Canary);
    let of_record = is_upgrade && files.is_empty() && sets.is_empty();
    let one = |flag: &'static str, value: &Option<String>| value.clone().map(|value| (flag, value));
    let flags = files
        .iter()
        .map(|file| ("-f", path(file)))
        .chain(of_record.then(|| ("-f", INSTALLED.to_owned())))
        .chain(sets.iter().map(|set| ("--set", bare(set))))
        .chain(manifests.iter().map(|manifests| ("--manifests", path(manifests))))
        .chain(one("--version", version))
        .chain(one("--revision", revision))
        .chain(one("--image-pull-secret", image_pull_secret))
        .chain(Some(home).filter(|home| *home != DEFAULT_NAMESPACE).map(|home| ("--istio-namespace", home.clone())))
        .chain(namespace.filter(|_| of_place).map(|namespace| ("--namespace", namespace)));
    let flags: String = flags.map(|(flag, value)| format!(" {flag} {}", shell_word(&value))).collect();
    format!("mesh rbac --for {}{flags}", purpose.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::parse;

    fn grant_of(line: &str) -> Option<String> {
        let args: Vec<std::ffi::OsString> = line.split(' ').map(Into::into).collect();
        parse(&args).ok().map(|cli| grant(&cli.command, &cli.global))
    }

    #[test]
    fn a_line_that_is_not_allowed_has_one_that_grants_it() {
        let table = [
            ("mesh install --set profile=demo -y", "mesh rbac --for install --set profile=demo"),
            ("mesh upgrade -f a.yaml -i other", "mesh rbac --for upgrade -f a.yaml --istio-namespace other"),
            ("mesh upgrade --canary --set revision=x", "mesh rbac --for canary --set revision=x"),
            ("mesh upgrade --canary", "mesh rbac --for canary -f FILE"),
            ("mesh upgrade --version 1.31.0", "mesh rbac --for upgrade -f FILE --version 1.31.0"),
            ("mesh adopt -f a.yaml", "mesh rbac --for adopt -f a.yaml"),
            ("mesh label deployment web a=b -n shop", "mesh rbac --for label --namespace shop"),
            ("mesh multicluster link a b", "mesh rbac --for link"),
            ("mesh remote-clusters -i mesh", "mesh rbac --for remote-clusters --istio-namespace mesh"),
            ("mesh install --bundle a.tar --registry r.example.com", "mesh rbac --for install --manifests a.tar"),
            ("mesh verify --revision x", "mesh rbac --for verify --revision x"),
            ("mesh uninstall --purge", "mesh rbac --for uninstall"),
            ("mesh uninstall --set profile=demo", "mesh rbac --for uninstall --set profile=demo"),
            ("mesh inject deployment web -n shop", "mesh rbac --for inject --namespace shop"),
            ("mesh inject -f a.yaml", ""),
            ("mesh tag list", "mesh rbac --for revision"),
            ("mesh tag remove a -n b", "mesh rbac --for tag"),
            ("mesh profile list", ""),
        ];
        for (line, wanted) in table {
            assert_eq!(grant_of(line).as_deref(), Some(wanted), "{line}");
            // What is told can be typed.
            assert!(wanted.is_empty() || grant_of(wanted).is_some(), "{wanted}");
        }
    }

    #[test]
    fn a_service_account_has_a_namespace() {
        assert_eq!(account("ci:robot"), Ok(Grantee::ServiceAccount("ci".to_owned(), "robot".to_owned())));
        for wrong in ["robot", ":robot", "ci:", "system:serviceaccount:ci:robot"] {
            assert!(account(wrong).is_err(), "{wrong}");
        }
    }
}
