//! What kubectl runs to complete `kubectl mesh`: a bash that knows the script, and a program that prints it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::standin::{has, root, run};

#[test]
fn kubectl_completes_the_plugin() -> Result<()> {
    if !has("bash") {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let program = folder.path().join("kubectl-mesh");
    let script = root().join("completions/mesh.bash").canonicalize()?;
    fs::write(&program, format!("#!/bin/sh\n[ \"$*\" = 'completion bash' ] && cat '{}'\n", script.display()))?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH")?);
    let completed = |words: &[&str]| {
        let mut command = Command::new("bash");
        command.arg(root().join("crates/dist/recipes/kubectl_complete-mesh")).args(words).env("PATH", &path);
        run(&mut command)
    };
    let table: [(&[&str], &[&str], &[&str]); 4] = [
        (&["inst"], &["install"], &["uninstall"]),
        (&[""], &["install", "verify", "profile"], &["dump"]),
        (&["profile", ""], &["dump", "list"], &["install"]),
        (&["verify", "--out"], &["--output"], &["--wait"]),
    ];
    for (words, wanted, others) in table {
        let said = completed(words)?;
        let lines: Vec<&str> = said.lines().collect();
        ensure!(lines.last() == Some(&":4"), "{words:?}: {said}");
        ensure!(wanted.iter().all(|word| lines.contains(word)), "{words:?}: {said}");
        ensure!(!others.iter().any(|word| lines.contains(word)), "{words:?}: {said}");
    }
    Ok(())
}
