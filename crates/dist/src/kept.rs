//! What is shipped beside the program, from the repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::entry::{READ, RUN, Tree};

/// What kubectl runs to complete `kubectl mesh …`.
const PLUGIN_COMPLETION: &str = include_str!("../recipes/kubectl_complete-mesh");
/// Its name, which kubectl wants.
pub(crate) const PLUGIN_COMPLETES: &str = "kubectl_complete-mesh";

/// Files of the repository.
pub(crate) struct Kept {
    pub(crate) license: String,
    pub(crate) readme: String,
    pub(crate) changelog: String,
    /// Man pages of section 1, by their file names.
    pub(crate) pages: BTreeMap<String, String>,
    /// Completion scripts, by their file names.
    pub(crate) completions: BTreeMap<String, String>,
}

/// Where a system keeps things.
pub(crate) struct Places {
    /// The licence.
    pub(crate) license: &'static str,
    /// The completion script of zsh.
    pub(crate) zsh: &'static str,
    /// Man pages are compressed, and the changelog too.
    pub(crate) is_compressed: bool,
}

impl Kept {
    /// Of the repository at `root`.
    ///
    /// # Errors
    /// A file is missing.
    pub(crate) fn of(root: &Path) -> Result<Self> {
        let text = |name: &str| fs::read_to_string(root.join(name)).with_context(|| format!("{name} cannot be read"));
        let kept = Self {
            license: text("LICENSE")?,
            readme: text("README.md")?,
            changelog: text("CHANGELOG.md")?,
            pages: files(&root.join("completions/man"))?,
            completions: files(&root.join("completions"))?,
        };
        for name in ["mesh.bash", "_mesh", "mesh.fish", "_mesh.ps1", "mesh.elv"] {
            ensure!(kept.completions.contains_key(name), "completions/{name} is missing");
        }
        ensure!(kept.pages.contains_key("mesh.1"), "completions/man/mesh.1 is missing");
        Ok(kept)
    }

    /// As an archive has it, to be put anywhere by hand.
    pub(crate) fn loose(&self) -> Tree {
        let mut tree = Tree::default();
        for (name, text) in [("LICENSE", &self.license), ("README.md", &self.readme), ("CHANGELOG.md", &self.changelog)]
        {
            tree.file(name, READ, text.as_str());
        }
        for (name, text) in &self.pages {
            tree.file(format!("man/{name}"), READ, text.as_str());
        }
        for (name, text) in &self.completions {
            tree.file(format!("completions/{name}"), READ, text.as_str());
        }
        tree.file(PLUGIN_COMPLETES, RUN, PLUGIN_COMPLETION);
        tree
    }

    /// As a package of a Linux distribution has it, with the program.
    ///
    /// # Errors
    /// None that can be foreseen: memory is compressed.
    pub(crate) fn installed(&self, program: &[u8], places: &Places) -> Result<Tree> {
        let mut tree = Tree::default();
        tree.file("usr/bin/mesh", RUN, program);
        // `kubectl mesh`.
        tree.link("usr/bin/kubectl-mesh", "mesh");
        tree.file(format!("usr/bin/{PLUGIN_COMPLETES}"), RUN, PLUGIN_COMPLETION);
        for (name, text) in &self.pages {
            tree.file(format!("usr/share/man/man1/{name}.gz"), READ, crate::entry::gzip(text.as_bytes())?);
        }
        for (name, place) in [
            ("mesh.bash", "usr/share/bash-completion/completions/mesh"),
            ("_mesh", places.zsh),
            ("mesh.fish", "usr/share/fish/vendor_completions.d/mesh.fish"),
        ] {
            tree.file(place, READ, self.completions.get(name).cloned().unwrap_or_default());
        }
        tree.file(places.license, READ, self.license.as_str());
        tree.file("usr/share/doc/mesh/README.md", READ, self.readme.as_str());
        if places.is_compressed {
            tree.file("usr/share/doc/mesh/changelog.gz", READ, crate::entry::gzip(self.changelog.as_bytes())?);
        } else {
            tree.file("usr/share/doc/mesh/CHANGELOG.md", READ, self.changelog.as_str());
        }
        Ok(tree)
    }
}

fn files(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).context("a name that is no text")?;
        if path.is_file() {
            let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            found.insert(name.to_owned(), text);
        }
    }
    Ok(found)
}
