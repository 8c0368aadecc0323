//! Clusters start fast, run side by side and leave nothing behind, however they end.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cluster::{Cluster, status_code};
use serde_json::json;

use super::{deployment, deployment_path, pods, say};

/// Of a loaded machine, too.
const SOON: Duration = Duration::from_secs(120);

fn alive(pid: u32) -> bool {
    // A zombie is no process any more: its parent has not asked yet.
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().next()).is_some_and(|state| state != "Z")
}

fn wait_until_gone(pids: &[u32], folder: Option<&Path>) {
    let started = Instant::now();
    loop {
        let left: Vec<&u32> = pids.iter().filter(|&&pid| alive(pid)).collect();
        let folder_left = folder.is_some_and(Path::exists);
        if left.is_empty() && !folder_left {
            return;
        }
        assert!(started.elapsed() < SOON, "still there: {left:?}, folder: {folder_left}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn all_pids(cluster: &Cluster) -> Vec<u32> {
    let status = cluster.status().unwrap();
    let own: Vec<u32> = status.processes.iter().map(|process| process.pid).collect();
    assert!(own.len() >= 5, "{status:?}");
    own.into_iter().chain([status.pid]).collect()
}

#[test]
fn pods_become_ready_with_all_their_containers() {
    let cluster = Cluster::start().unwrap();
    say(&format!("a control plane started in {:?}", cluster.started_in()));
    let full = deployment("full", "nginx:1.14.2", |template| {
        template["spec"]["initContainers"] = json!([
            { "name": "prepare", "image": "busybox" },
            { "name": "sidecar", "image": "proxy", "restartPolicy": "Always" },
        ]);
        template["spec"]["containers"].as_array_mut().unwrap().push(json!({ "name": "second", "image": "other" }));
    });
    cluster.apply(&deployment_path("full"), &full).unwrap();
    cluster.wait_for_deployment("default", "full", SOON).unwrap();
    let pods = pods(&cluster, "full");
    let status = &pods[0]["status"];
    let names = |list: &str| -> Vec<String> {
        let all = status[list].as_array().unwrap();
        all.iter().map(|one| format!("{} {}", one["name"].as_str().unwrap(), one["ready"])).collect()
    };
    assert_eq!(names("containerStatuses"), ["main true", "second true"]);
    assert_eq!(names("initContainerStatuses"), ["prepare true", "sidecar true"]);
    assert_eq!(status["initContainerStatuses"][0]["state"]["terminated"]["reason"], "Completed");
    assert!(status["initContainerStatuses"][1]["state"]["running"].is_object());
    assert!(status["podIP"].as_str().unwrap().starts_with("10.244."));
    let conditions = status["conditions"].as_array().unwrap();
    for kind in ["PodScheduled", "Initialized", "ContainersReady", "Ready"] {
        assert!(conditions.iter().any(|c| c["type"] == kind && c["status"] == "True"), "{kind}: {conditions:#?}");
    }
    if let Some(table) = cluster.kubectl(&["get", "pods"]).unwrap() {
        assert!(table.contains("3/3") && table.contains("Running"), "{table}");
    }

    let job = json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": { "name": "job" },
        "spec": { "template": { "spec": { "restartPolicy": "Never", "containers": [{ "name": "main", "image": "x" }] } } },
    });
    cluster.create("/apis/batch/v1/namespaces/default/jobs", &job).unwrap();
    let done = |cluster: &Cluster| {
        let job = cluster.get("/apis/batch/v1/namespaces/default/jobs/job")?;
        Ok((job["status"]["succeeded"] == 1).then_some(()))
    };
    cluster.eventually(SOON, "completed Job", done).unwrap();

    cluster.delete(&deployment_path("full")).unwrap();
    let gone = |cluster: &Cluster| Ok(super::pods(cluster, "full").is_empty().then_some(()));
    cluster.eventually(SOON, "end of the pods", gone).unwrap();
}

#[test]
fn two_run_side_by_side_and_go_with_their_handles() {
    let first = Cluster::start().unwrap();
    let second = Cluster::builder().nodes(3).start().unwrap();
    assert_ne!(first.server(), second.server());
    let map = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "only-here" } });
    first.create("/api/v1/namespaces/default/configmaps", &map).unwrap();
    assert!(second.get_opt("/api/v1/namespaces/default/configmaps/only-here").unwrap().is_none());
    assert_eq!(first.list("/api/v1/nodes").unwrap().len(), 1);
    assert_eq!(second.list("/api/v1/nodes").unwrap().len(), 3);

    let (pids, folder) = (all_pids(&first), first.folder().to_owned());
    drop(first);
    wait_until_gone(&pids, Some(&folder));
    assert!(second.get("/api/v1/namespaces/default").is_ok(), "the other one stays");
    let (pids, folder) = (all_pids(&second), second.folder().to_owned());
    second.stop().unwrap();
    wait_until_gone(&pids, Some(&folder));
}

/// Holds a cluster for the two tests below, which kill this process or what it started; does nothing by itself.
#[test]
fn hold_a_cluster_for_another_test() {
    let Some(report) = std::env::var_os("HOLD_CLUSTER_AND_REPORT_TO") else { return };
    let cluster = Cluster::start().unwrap();
    let pids: Vec<String> = all_pids(&cluster).iter().map(u32::to_string).collect();
    let text = format!("{}\n{}\n", cluster.folder().display(), pids.join(" "));
    let report = PathBuf::from(report);
    std::fs::write(report.with_extension("new"), text).unwrap();
    std::fs::rename(report.with_extension("new"), report).unwrap();
    std::thread::sleep(Duration::from_secs(120));
}

/// Starts a process that holds a cluster: that process, the cluster's folder, and its processes, supervisor last.
fn held_cluster() -> (std::process::Child, PathBuf, Vec<u32>) {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report");
    let mut holder = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "lifecycle::hold_a_cluster_for_another_test"])
        .env("HOLD_CLUSTER_AND_REPORT_TO", &report)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while !report.exists() {
        assert!(holder.try_wait().unwrap().is_none(), "the holder ended early");
        assert!(started.elapsed() < Duration::from_secs(120), "the holder got no cluster");
        std::thread::sleep(Duration::from_millis(20));
    }
    let text = std::fs::read_to_string(&report).unwrap();
    let (folder, pids) = text.trim().split_once('\n').unwrap();
    let pids = pids.split(' ').map(|pid| pid.parse().unwrap()).collect();
    (holder, PathBuf::from(folder), pids)
}

#[test]
fn nothing_is_left_when_its_parent_is_killed() {
    let (mut holder, folder, pids) = held_cluster();
    assert!(pids.iter().all(|&pid| alive(pid)));
    holder.kill().unwrap();
    holder.wait().unwrap();
    wait_until_gone(&pids, Some(&folder));
}

#[test]
#[cfg(target_os = "linux")]
fn no_process_is_left_when_its_supervisor_is_killed() {
    let (mut holder, folder, pids) = held_cluster();
    let supervisor = pids.last().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-9", &supervisor]).status().unwrap().success());
    wait_until_gone(&pids, None);
    holder.kill().unwrap();
    holder.wait().unwrap();
    // Nobody was left to remove the folder; the next cluster to start does.
    assert!(folder.exists());
    let next = Cluster::start().unwrap();
    let swept = |_: &Cluster| Ok((!folder.exists()).then_some(()));
    next.eventually(SOON, "end of the folder", swept).unwrap();
}

/// Kills the process of this name, and returns its id.
fn kill(cluster: &Cluster, name: &str) -> u32 {
    let pid = cluster.processes().unwrap().into_iter().find(|process| process.name == name).unwrap().pid;
    assert!(std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
    wait_until_gone(&[pid], None);
    pid
}

#[test]
fn what_keeps_nothing_is_started_anew() {
    let cluster = Cluster::start().unwrap();
    let killed = ["kube-controller-manager", "kube-scheduler", "kwok"].map(|name| kill(&cluster, name));
    cluster.apply(&deployment_path("web"), &deployment("web", "nginx", |_| {})).unwrap();
    cluster.wait_for_deployment("default", "web", SOON).unwrap();
    let now = all_pids(&cluster);
    assert!(killed.iter().all(|pid| !now.contains(pid)), "{killed:?} of {now:?}");
}

#[test]
fn a_cluster_that_broke_down_says_why() {
    let cluster = Cluster::start().unwrap();
    kill(&cluster, "etcd");
    let look = |cluster: &Cluster| {
        let said = cluster.get("/api/v1/nodes").err().map(|cause| format!("{cause:#}")).unwrap_or_default();
        Ok(said.contains("the test cluster broke down: etcd ended").then_some(()))
    };
    cluster.eventually(SOON, "reason", look).unwrap();
}

#[test]
fn a_detached_one_outlives_its_handle() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::builder().detached(folder.path().join("cluster")).start().unwrap();
    let path = cluster.folder().to_owned();
    let pids = all_pids(&cluster);
    drop(cluster);
    let again = Cluster::attach(&path).unwrap();
    assert!(again.get("/api/v1/namespaces/default").is_ok());
    again.stop().unwrap();
    wait_until_gone(&pids, Some(&path));
    assert!(Cluster::attach(&path).is_err());
}

#[test]
fn users_may_do_what_they_may() {
    let cluster = Cluster::builder().user("deployer", &["deployers"]).start().unwrap();
    let as_user = |kubeconfig: PathBuf, path: &str| -> u16 {
        let get = async |_: kube::Client| {
            let config = kube::config::Kubeconfig::read_from(&kubeconfig)?;
            let options = kube::config::KubeConfigOptions::default();
            let client = kube::Client::try_from(kube::Config::from_custom_kubeconfig(config, &options).await?)?;
            Ok(client.request_text(http::Request::get(path).body(Vec::new())?).await?)
        };
        match cluster.with_client(get) {
            Ok(_) => 200,
            Err(cause) => status_code(&cause).unwrap_or_else(|| panic!("{cause:#}")),
        }
    };
    let pods = "/api/v1/namespaces/default/pods";
    let secrets = "/api/v1/namespaces/default/secrets";
    let user = |name: &str| cluster.kubeconfig_for(name).unwrap();
    assert_eq!(as_user(user("admin"), secrets), 200);
    assert_eq!((as_user(user("viewer"), pods), as_user(user("viewer"), secrets)), (200, 403));
    assert_eq!(as_user(user("nobody"), pods), 403);
    assert_eq!(as_user(user("deployer"), pods), 403);
    assert!(cluster.kubeconfig_for("stranger").is_err());
    let master = cluster.kubeconfig_with_certificate("someone", Some("system:masters")).unwrap();
    assert_eq!(as_user(master, secrets), 200);
    assert_eq!(as_user(cluster.kubeconfig_with_certificate("someone", None).unwrap(), pods), 403);
    let expired = cluster
        .kubeconfig_edited("expired", |config| config["users"][0]["user"]["token"] = json!("no-longer-valid"))
        .unwrap();
    assert_eq!(as_user(expired, pods), 401);
}
