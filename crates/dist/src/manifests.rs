//! What package managers read to fetch an archive of a release: Homebrew's formula, and krew's manifest.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{Archive, DESCRIPTION, LICENSE, Target, VERSION};

/// Homebrew's formula. It names the systems that there is an archive for.
pub(crate) fn formula(archives: &BTreeMap<Target, Archive>, base: &str) -> String {
    let system = |name: &str, system: &str| -> String {
        let of = |words: &str, processor: &str| {
            let mut archives = archives.iter().filter(|(target, _)| target.is_preferred());
            let found = archives.find(|(target, _)| target.system() == system && target.processor() == processor);
            found.map_or_else(String::new, |(_, Archive { name, sha256 })| {
                format!("    {words} do\n      url \"{base}/{name}\"\n      sha256 \"{sha256}\"\n    end\n")
            })
        };
        let both = of("on_arm", "arm64") + &of("on_intel", "amd64");
        if both.is_empty() { both } else { format!("\n  {name} do\n{both}  end\n") }
    };
    let (mac, linux) = (system("on_macos", "darwin"), system("on_linux", "linux"));
    format!(
        "class Mesh < Formula
  desc \"Installer of Istio\"
  version \"{VERSION}\"
  license \"{LICENSE}\"
{mac}{linux}
  def install
    bin.install \"mesh\", \"{completes}\"
    bin.install_symlink \"mesh\" => \"kubectl-mesh\"
    man1.install Dir[\"man/*.1\"]
    bash_completion.install \"completions/mesh.bash\" => \"mesh\"
    zsh_completion.install \"completions/_mesh\"
    fish_completion.install \"completions/mesh.fish\"
  end

  test do
    assert_match \"{VERSION}\", shell_output(\"#{{bin}}/mesh version --client\")
  end
end
",
        completes = crate::kept::PLUGIN_COMPLETES,
    )
}

/// krew's manifest of `kubectl mesh`. krew reads JSON as YAML, so that every text is quoted as it has to be.
pub(crate) fn plugin(archives: &BTreeMap<Target, Archive>, base: &str) -> String {
    let platforms = archives.iter().filter(|(target, _)| target.is_preferred()).map(|(target, archive)| {
        let Archive { name, sha256 } = archive;
        json!({
            "selector": {"matchLabels": {"os": target.system(), "arch": target.processor()}},
            "uri": format!("{base}/{name}"),
            "sha256": sha256,
            "bin": target.program(),
            "files": [
                {"from": format!("*/{}", target.program()), "to": "."},
                {"from": "*/LICENSE", "to": "."},
            ],
        })
    });
    let manifest = json!({
        "apiVersion": "krew.googlecontainertools.github.com/v1alpha2",
        "kind": "Plugin",
        "metadata": {"name": "mesh"},
        "spec": {
            "version": format!("v{VERSION}"),
            "shortDescription": "Install Istio, and see what is there",
            "description": format!("{DESCRIPTION}."),
            "platforms": platforms.collect::<Vec<_>>(),
        },
    });
    format!("{manifest:#}\n")
}
