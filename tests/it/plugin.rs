//! `kubectl mesh`: kubectl runs the program as `kubectl-mesh`, and what it says can be typed as it stands.

use anyhow::{Context, Result, ensure};

use crate::docs::shell;
use crate::harness::mesh::{Mesh, Run};

fn plugin(args: &[&str]) -> Result<Run> {
    Mesh::alone().called("/usr/local/bin/kubectl-mesh").args(args).run()
}

#[test]
fn help_shows_what_is_typed() -> Result<()> {
    for (args, usage) in [
        (&["--help"][..], "Usage: kubectl mesh [OPTIONS] <COMMAND>"),
        (&["install", "--help"], "Usage: kubectl mesh install [OPTIONS]"),
        (&["tag", "set", "--help"], "Usage: kubectl mesh tag set [OPTIONS]"),
    ] {
        let run = plugin(args)?;
        ensure!(run.code == Some(0) && run.stdout.contains(usage), "{run}");
        let examples = run.stdout.split("Examples:\n").nth(1).context("no examples")?;
        let mut seen = 0;
        for line in examples.lines().map(str::trim) {
            ensure!(!line.starts_with("mesh "), "{line}");
            let Some(typed) = line.strip_prefix("kubectl ") else { continue };
            seen += 1;
            let found = shell::mesh_commands(typed.split("   ").next().unwrap_or_default());
            ensure!(!found.is_empty(), "{line}");
            let wrong: Vec<String> = found.iter().filter_map(|args| shell::misunderstood(args)).collect();
            ensure!(wrong.is_empty(), "{wrong:?}");
        }
        ensure!(seen > 1, "{run}");
    }
    Ok(())
}

#[test]
fn hints_name_commands_of_kubectl() -> Result<()> {
    let table: [(&[&str], &[&str]); 3] = [
        (&["instal"], &["run `kubectl mesh --help`"]),
        (&["tag", "set", "--nothing"], &["run `kubectl mesh tag set --help`"]),
        (&["proxy-status"], &["kubectl mesh status", "istioctl proxy-status"]),
    ];
    for (args, parts) in table {
        let run = plugin(args)?;
        run.expect_failed(2, parts)?;
        ensure!(!run.stderr.contains("`mesh "), "{run}");
    }
    Ok(())
}

#[test]
fn another_name_is_no_plugin() -> Result<()> {
    for name in ["mesh", "/opt/kubectl-mesh/mesh"] {
        let run = Mesh::alone().called(name).args(["instal"]).run()?;
        run.expect_failed(2, &["run `mesh --help`"])?;
        ensure!(!run.stderr.contains("kubectl"), "{run}");
    }
    Ok(())
}

/// What machines read names the program as ever.
#[test]
fn documents_are_the_same() -> Result<()> {
    let args = ["proxy-status", "-o", "json"];
    let (own, of_plugin) = (Mesh::alone().args(args).run()?, plugin(&args)?);
    ensure!(own.stderr == of_plugin.stderr && own.stderr.contains("mesh status"), "{own}\n{of_plugin}");
    let args = ["completion", "bash"];
    ensure!(plugin(&args)?.stdout == Mesh::alone().args(args).run()?.stdout, "another script");
    Ok(())
}
