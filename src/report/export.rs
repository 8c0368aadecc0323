//! The folder of `mesh export --helm`: values, patches, a script and a README.

use std::path::Path;

use super::gitops::Exported;
use super::{folder, message};
use crate::error::Result;
use crate::render::helm::{self, ChartSource, HelmRelease};
use crate::ui::Ui;
use crate::yaml;

const REPOSITORY: &str = "https://istio-release.storage.googleapis.com/charts";

/// Writes the folder, and gives the names of its files: a line each, or a document of kind `Export`.
///
/// # Errors
/// Those of the folder that is written.
pub fn write(into: &Path, releases: &[HelmRelease], as_json: bool) -> Result<String> {
    let mut done = Exported::default();
    for (name, content) in files(releases)? {
        folder::write(into, &name, &content)?;
        done.written.push(into.join(name));
    }
    Ok(if as_json { done.json() } else { done.lines() })
}

/// Warns of what a release's chart makes otherwise than mesh.
pub fn warn(ui: &Ui, release: &HelmRelease, differences: &[String]) {
    let lines: Vec<String> = differences.iter().map(|one| format!("{}: {one}", release.name)).collect();
    message::warnings(ui, &lines);
}

/// The files of the folder, by name.
fn files(releases: &[HelmRelease]) -> Result<Vec<(String, String)>> {
    let mut files = vec![("README.md".to_owned(), readme(releases)), ("install.sh".to_owned(), script(releases))];
    for release in releases {
        let base = base(releases, release);
        files.push((format!("{base}.values.yaml"), yaml::text(&release.values)?));
        if let Some(kustomization) = helm::kustomization(release) {
            files.push((format!("{base}.patches/kustomization.yaml"), yaml::text(&kustomization)?));
            files.push((format!("{base}.patches/render.sh"), POST_RENDERER.to_owned()));
            files.push((format!("{base}.patches/plugin.yaml"), plugin(&base, &release.version)));
        }
    }
    Ok(files)
}

/// What the files of a release begin with: its name, with the namespace where two have that name.
fn base(releases: &[HelmRelease], release: &HelmRelease) -> String {
    let alike = releases.iter().filter(|other| other.name == release.name).count();
    if alike == 1 { release.name.clone() } else { format!("{}.{}", release.name, release.namespace) }
}

/// Gives back what comes in, with the changes of the kustomization beside it.
const POST_RENDERER: &str = "\
#!/bin/sh
# Patches what Helm has rendered: reads objects, writes them with the changes of kustomization.yaml.
set -eu
folder=$(mktemp -d)
trap 'rm -rf \"$folder\"' EXIT
cp \"$(dirname \"$0\")/kustomization.yaml\" \"$folder/\"
cat > \"$folder/rendered.yaml\"
kubectl kustomize \"$folder\"
";

/// What makes the folder of patches a plugin of Helm 4. Names of plugins have no dots, names of releases no underscores.
fn plugin(base: &str, version: &str) -> String {
    format!(
        "\
apiVersion: v1
type: postrenderer/v1
name: {}_patches
version: {version}
runtime: subprocess
runtimeConfig:
  platformCommand:
  - command: ${{HELM_PLUGIN_DIR}}/render.sh
",
        base.replace('.', "_")
    )
}

/// How the script names the post-renderer of a release, for the Helm that runs.
const POST_RENDERERS: &str = "
# What is patched once it is rendered: Helm 3 takes a program for that, Helm 4 a plugin. Each folder *.patches is both.
case $(helm version --template '{{.Version}}') in
  v3.*) patches_of() { echo \"./$1.patches/render.sh\"; } ;;
  *)
    HELM_PLUGINS=\"$PWD:$(helm env HELM_PLUGINS)\"
    export HELM_PLUGINS
    patches_of() { echo \"${1}_patches\" | tr . _; }
    ;;
esac
";

/// The version of Istio: one for all of them.
fn version(releases: &[HelmRelease]) -> &str {
    releases.first().map_or("", |release| &release.version)
}

fn script(releases: &[HelmRelease]) -> String {
    let version = version(releases);
    let mut text = format!(
        "\
#!/bin/sh
# Installs Istio {version} with Helm, in the order in which components need each other. README.md says more.
# Arguments go to every `helm upgrade`, such as --dry-run, or --take-ownership over an installation by istioctl or mesh.
set -eu
cd \"$(dirname \"$0\")\"
"
    );
    if releases.iter().any(|release| matches!(release.chart, ChartSource::Archive(_))) {
        text.push_str(&format!(
            "
# Gateways: charts of the release archive, which are not in the repository.
charts=${{ISTIO_CHARTS:-istio-{version}/manifests/charts}}
if [ ! -d \"$charts\" ]; then
  curl -fsSL \"https://github.com/istio/istio/releases/download/{version}/istio-{version}-linux-amd64.tar.gz\" |
    tar -xz \"istio-{version}/manifests\"
fi
"
        ));
    }
    if releases.iter().any(|release| !release.patches.is_empty()) {
        text.push_str(POST_RENDERERS);
    }
    for release in releases {
        text.push_str(&format!("\n{}\n", command(releases, release)));
    }
    text
}

fn command(releases: &[HelmRelease], release: &HelmRelease) -> String {
    let base = base(releases, release);
    let chart = match release.chart {
        ChartSource::Repository(name) => format!("{name} --repo {REPOSITORY} --version {}", release.version),
        ChartSource::Archive(folder) => format!("\"$charts/{folder}\""),
    };
    let patched = match release.patches.is_empty() {
        true => String::new(),
        false => format!(" \\\n  --post-renderer \"$(patches_of {base})\""),
    };
    format!(
        "helm upgrade --install {} {chart} \\\n  --namespace {} --create-namespace --values {base}.values.yaml --wait{patched} \"$@\"",
        release.name, release.namespace
    )
}

/// What differs from an installation by mesh.
const DIFFERS: &str = "
What differs from an installation by mesh:

- The labels `app.kubernetes.io/instance` and `release` name the release, and `helm.sh/chart` and `app.kubernetes.io/version` the
  chart of the repository.
- There are no objects of the default tag (`istio-revision-tag-default`): without a revision, the injector of istiod itself selects
  the pods.
";

/// Where there are gateways.
const ABOUT_GATEWAYS: &str = "
Gateways take the charts `gateways/istio-ingress` and `gateways/istio-egress`: they make the same objects under the same names. The
repository has a chart `gateway` too, which makes others. `ISTIO_CHARTS` names a folder of charts that is there already.
";

/// Where something is patched.
const ABOUT_PATCHES: &str = "
`k8s` settings and overlays have no place in the charts' values. They are patches of what Helm renders: `*.patches/` holds them as a
kustomization, with a post-renderer that wants `kubectl`: a program for Helm 3, a plugin for Helm 4.
";

fn readme(releases: &[HelmRelease]) -> String {
    let version = version(releases);
    let mut text = format!(
        "\
# Istio {version} with Helm

`sh install.sh` installs what `mesh install` would install from the same inputs, with upstream's charts. Arguments go to every
`helm upgrade`: `sh install.sh --dry-run`. Over an installation by istioctl or mesh: `sh install.sh --take-ownership` (Helm 3.17
or later).

| release | namespace | chart | values |
|---|---|---|---|
"
    );
    for release in releases {
        let chart = match release.chart {
            ChartSource::Repository(name) => format!("`{name}` of {REPOSITORY}"),
            ChartSource::Archive(folder) => format!("`manifests/charts/{folder}` of the release archive"),
        };
        let base = base(releases, release);
        text.push_str(&format!("| {} | {} | {chart} | {base}.values.yaml |\n", release.name, release.namespace));
    }
    text.push_str(DIFFERS);
    if releases.iter().any(|release| matches!(release.chart, ChartSource::Archive(_))) {
        text.push_str(ABOUT_GATEWAYS);
    }
    if releases.iter().any(|release| !release.patches.is_empty()) {
        text.push_str(ABOUT_PATCHES);
    }
    text
}
