//! What an installation is called, where it has no name: each of two is found by its own.

use anyhow::{Context, Result, ensure};
use cluster::Cluster;
use serde_json::json;

use super::{DEPLOYMENTS, Files, done, gateway_is_there, mesh, records};
use crate::harness::planes::builder;

/// People call the installation without a name by its revision, and `default` is a name that a file may have.
#[test]
fn a_file_named_default_is_not_the_one_without_a_name() -> Result<()> {
    let (cluster, files) = (&builder().start()?, Files::new()?);
    cluster.create_namespace("gw-one", &json!({}))?;
    let plane = files.write("plane.yaml", "-", "", &json!({"profile": "minimal"}))?;
    let gateway = files.gateway("default", "", "gw-one")?;
    for file in [&plane, &gateway] {
        done(cluster, &["install", "-f", file, "-y"])?;
    }
    ensure!(records(cluster)? == ["mesh.v1.default.1", "mesh.v1.default.default.1"], "{:?}", records(cluster)?);

    let run = done(cluster, &["verify"])?;
    for whose in ["revision default on", "installation default (revision default) on"] {
        ensure!(run.stdout.contains(&format!("{whose} test-cluster is as wanted by record 1")), "{whose}: {run}");
    }
    let run = done(cluster, &["diff"])?;
    let said = "installation default:\nnothing differs\ninstallation default (revision default):\nnothing differs\n";
    ensure!(run.stdout == said, "{run}");
    let run = mesh(cluster, &["uninstall", "-y"])?;
    let said = "there are several installations: default (without a name), default (revision default)";
    run.expect_failed(2, &[said, "the one without a name is --installation ''"])?;

    // Each by what it is called, and neither for the other.
    let changed = |name: &str, file: &str| {
        let set = format!("meshConfig.accessLogFile={file}");
        done(cluster, &["upgrade", "--installation", name, "--set", &set, "-y"])
    };
    changed("default", "/dev/stdout")?;
    changed("", "/dev/stderr")?;
    let listed = |name: &str| -> Result<Vec<String>> {
        let run = done(cluster, &["history", "--installation", name, "-o", "json"])?.json()?;
        let records = run["clusters"][0]["records"].as_array().context("no records")?.iter();
        Ok(records.map(|one| format!("{}: {}", one["installation"], one["inputs"]["spec"]["meshConfig"])).collect())
    };
    let (default, unnamed) = (listed("default")?, listed("")?);
    ensure!(
        default
            == [
                r#""default (revision default)": {"accessLogFile":"/dev/stdout"}"#,
                r#""default (revision default)": null"#
            ],
        "{default:?}"
    );
    ensure!(unnamed == [r#""default": {"accessLogFile":"/dev/stderr"}"#, r#""default": null"#], "{unnamed:?}");
    done(cluster, &["rollback", "--installation", "", "-y"])?;
    ensure!(listed("")?.len() == 3 && listed("default")?.len() == 2, "{:?}", records(cluster)?);
    done(cluster, &["verify"])?;

    // By file or by name, what goes is its own.
    let run = mesh(cluster, &["uninstall", "-f", &plane, "-y"])?;
    run.expect_failed(1, &["installation default is in use", "gw-one/gw-one"])?;
    let plain = |cluster: &Cluster| -> Result<bool> {
        let is_there = cluster.get_opt(&format!("{DEPLOYMENTS}/istiod"))?.is_some();
        Ok(is_there && records(cluster)?.iter().all(|name| !name.starts_with("mesh.v1.default.default")))
    };
    done(cluster, &["uninstall", "--installation", "default", "-y"])?;
    ensure!(plain(cluster)? && !gateway_is_there(cluster, "gw-one")?, "{:?}", records(cluster)?);
    done(cluster, &["install", "-f", &gateway, "-y"])?;
    ensure!(gateway_is_there(cluster, "gw-one")?);
    done(cluster, &["uninstall", "-f", &gateway, "-y"])?;
    ensure!(plain(cluster)? && !gateway_is_there(cluster, "gw-one")?, "{:?}", records(cluster)?);
    // Nobody has that name any more, and it is not taken for the other one.
    mesh(cluster, &["uninstall", "--installation", "default", "-y"])?
        .expect_failed(1, &["nothing of installation default (revision default) may be removed"])?;
    done(cluster, &["uninstall", "--installation", "", "-y"])?;
    ensure!(records(cluster)?.is_empty() && cluster.get_opt(&format!("{DEPLOYMENTS}/istiod"))?.is_none());
    Ok(())
}
