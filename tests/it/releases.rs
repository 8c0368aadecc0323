//! `--version`: a release is fetched once, checked, kept, and used from then on without a network.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use tempfile::TempDir;

use crate::charts;
use crate::harness::mesh::{MINIMAL_LINES, Mesh, Run};
use crate::harness::planes;
use crate::harness::releases::{Manner, Releases, proxy_to};

const VERSION: &str = "1.31.7";
const ARCHIVE: &str = "/1.31.7/istio-1.31.7-linux-amd64.tar.gz";

/// A server, and a machine that has fetched nothing yet.
struct Place {
    releases: Releases,
    folder: TempDir,
}

impl Place {
    fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut files = charts::files();
        // No server would take it.
        files.retain(|path, _| !path.contains("/crds/"));
        let chart = "charts/istio-control/istio-discovery/Chart.yaml".to_owned();
        files.insert(chart, format!("apiVersion: v2\nname: istiod\nversion: {VERSION}\nappVersion: {VERSION}\n"));
        let archive = charts::archive_of(&files, folder.path(), |_| ());
        Ok(Self { releases: Releases::start(VERSION, &archive)?, folder })
    }

    fn cache(&self) -> std::path::PathBuf {
        self.folder.path().join("cache")
    }

    fn mesh(&self, args: &[&str]) -> Mesh {
        Mesh::alone().env("MESH_RELEASES", &self.releases.url).env("XDG_CACHE_HOME", self.cache()).args(args)
    }

    fn generate(&self) -> Result<Run> {
        self.mesh(&["manifest", "generate", "--version", VERSION]).run()
    }

    /// The names of what is in the cache.
    fn kept(&self) -> Vec<String> {
        let entries = fs::read_dir(self.cache().join("mesh/releases")).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.map(|one| one.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

#[test]
fn a_release_is_fetched_once_and_used_without_a_network() -> Result<()> {
    let place = Place::new()?;
    // A folder of that name is no release.
    fs::create_dir_all(place.cache().join("mesh/releases").join(VERSION))?;
    place.mesh(&["release", "list"]).run()?.expect_done("no release is kept\n")?;
    let path = place.folder.path().join("release.tar.gz").display().to_string();
    let wanted = Mesh::alone().args(["manifest", "generate", "--manifests", &path]).run()?;
    let first = place.generate()?;
    first.expect_done(&wanted.stdout)?;
    let told = [
        format!("fetching Istio {VERSION} from {}{ARCHIVE}", place.releases.url),
        format!("Istio {VERSION} is kept for the next time"),
    ];
    ensure!(told.iter().all(|line| first.stderr.lines().any(|told| told == line)), "{first}");
    ensure!(place.releases.asked() == [format!("{ARCHIVE}.sha256"), ARCHIVE.to_owned()], "{first}");
    ensure!(place.kept() == [VERSION], "{:?}", place.kept());

    place.releases.be(Manner::Status(500));
    let again = place.generate()?;
    again.expect_done(&wanted.stdout)?;
    ensure!(again.stderr.is_empty() || !again.stderr.contains("fetching"), "{again}");
    ensure!(place.releases.asked().is_empty(), "it was asked again");

    // Every command that renders takes it.
    let exported = place.folder.path().join("exported").display().to_string();
    for (args, said) in [
        (&["images"][..], None),
        (&["export", "--gitops", "flux", &exported], Some("core")),
        (&["diff", "--gitops", &exported], None),
    ] {
        let run = place.mesh(&[args, &["--version", VERSION]].concat()).run()?;
        ensure!(run.code == Some(0) && said.is_none_or(|said| run.stdout.contains(said)), "{args:?}: {run}");
    }

    place.mesh(&["profile", "list", "--version", VERSION]).run()?.expect_done("default\n")?;
    let dumped = place.mesh(&["profile", "dump", "--version", VERSION]).run()?;
    ensure!(dumped.code == Some(0) && dumped.stdout.contains("tag: from-the-profile"), "{dumped}");
    let unknown = place.mesh(&["profile", "diff", "default", "demo", "--version", VERSION]).run()?;
    unknown.expect_failed(2, &["unknown profile `demo`", "the charts have: default"])?;
    let list = place.mesh(&["release", "list"]).run()?;
    ensure!(list.code == Some(0) && list.stdout.starts_with(&format!("{VERSION}  0.0 MiB  ")), "{list}");
    let document = place.mesh(&["release", "list", "-o", "json"]).run()?.json()?;
    ensure!(document["kind"] == "ReleaseList" && document["releases"][0]["version"] == VERSION, "{document}");
    place.mesh(&["release", "remove", VERSION]).run()?.expect_done(&format!("✔ Istio {VERSION} removed\n"))?;
    place.mesh(&["release", "list"]).run()?.expect_done("no release is kept\n")?;
    place.mesh(&["release", "remove", VERSION]).run()?.expect_failed(2, &["is not kept", "mesh release list"])?;
    ensure!(place.kept().is_empty(), "{:?}", place.kept());
    Ok(())
}

#[test]
fn two_runs_at_once_fetch_it_once() -> Result<()> {
    let place = Place::new()?;
    let running: Vec<_> = (0..4).map(|_| place.mesh(&["release", "fetch", VERSION]).start()).collect::<Result<_>>()?;
    for one in running {
        let run = one.end()?;
        ensure!(run.code == Some(0) && run.stdout.starts_with(&format!("✔ Istio {VERSION} kept in ")), "{run}");
    }
    let asked = place.releases.asked();
    ensure!(asked.iter().filter(|path| *path == ARCHIVE).count() == 1, "{asked:?}");
    ensure!(place.kept() == [VERSION], "{:?}", place.kept());
    Ok(())
}

#[test]
fn what_ended_on_the_way_goes_on() -> Result<()> {
    let place = Place::new()?;
    place.releases.be(Manner::Cut(700));
    let cut = place.generate()?;
    cut.expect_failed(1, &["cannot be fetched", "hint: what has come is kept: the next run goes on from there"])?;
    place.releases.asked();
    place.releases.be(Manner::Well);
    ensure!(place.generate()?.code == Some(0), "it does not go on");
    let asked = place.releases.asked();
    ensure!(asked.contains(&format!("{ARCHIVE} from 700")), "{asked:?}");
    ensure!(place.kept() == [VERSION], "{:?}", place.kept());

    // A server that knows no parts, and a part that is of something else.
    for (part, manner) in
        [(vec![7; 700], Manner::Whole), (vec![7; 700], Manner::Well), (vec![7; 5_000_000], Manner::Well)]
    {
        place.mesh(&["release", "remove", VERSION]).run()?;
        fs::write(place.cache().join(format!("mesh/releases/{VERSION}.part")), part)?;
        place.releases.be(manner);
        let run = place.generate()?;
        ensure!(run.code == Some(0), "{manner:?}: {run}");
    }
    Ok(())
}

#[test]
fn each_failure_is_one_clear_error() -> Result<()> {
    let place = Place::new()?;
    let table: [(Manner, i32, &[&str]); 5] = [
        (Manner::Portal, 1, &["what came is no checksum", "hint: a proxy or the page of a network's login"]),
        (Manner::WrongSum, 1, &["is not what its checksum says", "MESH_RELEASES names another"]),
        (
            Manner::Status(503),
            1,
            &["answers 503", "hint: behind a proxy: set HTTPS_PROXY", "--manifests istio-VERSION"],
        ),
        (Manner::Status(404), 2, &["there is no release 1.31.7", "hint: releases that are known: 1.31.4, 1.32.0"]),
        (Manner::Silent, 4, &["did not come in time", "hint: give it more time"]),
    ];
    for (manner, code, parts) in table {
        place.releases.be(manner);
        let run = place.mesh(&["manifest", "generate", "--version", VERSION, "--timeout", "3s"]).run()?;
        run.expect_failed(code, parts)?;
        ensure!(run.stdout.is_empty(), "{run}");
        // Nothing is left that the next run would take for a release.
        ensure!(place.kept().iter().all(|name| name.ends_with(".lock")), "{manner:?}: {:?}", place.kept());
    }
    place.releases.be(Manner::Well);
    for version in ["1.31", "latest", "../../etc"] {
        place
            .mesh(&["images", "--version", version])
            .run()?
            .expect_failed(2, &["is no version of a release", "--version 1."])?;
    }
    let both = place.mesh(&["manifest", "generate", "--version", VERSION, "--manifests", "."]).run()?;
    both.expect_failed(2, &["--manifests"])?;

    let nobody =
        Mesh::alone().env("MESH_RELEASES", "http://me:secret@127.0.0.1:1").env("XDG_CACHE_HOME", place.cache());
    let run = nobody.args(["manifest", "generate", "--version", VERSION]).run()?;
    run.expect_failed(1, &["http://127.0.0.1:1/1.31.7/", "cannot be fetched"])?;
    ensure!(!run.stderr.contains("secret"), "{run}");
    let homeless = Mesh::alone().env("MESH_RELEASES", &place.releases.url).env("HOME", "/dev/null");
    let run = homeless.args(["release", "fetch", VERSION]).run()?;
    run.expect_failed(1, &["/dev/null/.cache/mesh/releases: releases cannot be kept here", "XDG_CACHE_HOME=DIR"])
}

/// Where releases are only reached through a proxy.
#[test]
fn the_proxy_of_the_environment_is_asked() -> Result<()> {
    let place = Place::new()?;
    let (proxy, asked) = proxy_to(&place.releases.url)?;
    let mesh = |name: &str, value: &str| {
        let mesh = Mesh::alone().env("MESH_RELEASES", "http://releases.invalid").env("XDG_CACHE_HOME", place.cache());
        mesh.env(name, value).args(["release", "fetch", VERSION]).run()
    };
    mesh("NO_PROXY", "*")?.expect_failed(1, &["releases.invalid", "cannot be fetched"])?;
    let run = mesh("HTTP_PROXY", &proxy)?;
    ensure!(run.code == Some(0) && place.kept() == [VERSION], "{run}");
    let asked = asked.lock().map(|asked| asked.clone()).unwrap_or_default();
    ensure!(!asked.is_empty() && asked.iter().all(|line| line.contains("releases.invalid")), "{asked:?}");
    Ok(())
}

/// A write that finds no room: as on a full disk, the kernel refuses what goes beyond a bound.
#[test]
fn no_room_is_one_clear_error_and_leaves_no_release() -> Result<()> {
    let place = Place::new()?;
    let script = format!("trap '' XFSZ; ulimit -f 1; exec {} release fetch {VERSION}", env!("CARGO_BIN_EXE_mesh"));
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &script]).env("MESH_RELEASES", &place.releases.url).env("XDG_CACHE_HOME", place.cache());
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(1) && output.stdout.is_empty(), "{output:?}");
    ensure!(said.contains("mesh/releases") && said.contains("hint: "), "{said}");
    ensure!(place.kept().iter().all(|name| name != VERSION), "{:?}", place.kept());
    // Once there is room it goes on.
    ensure!(place.generate()?.code == Some(0) && place.kept() == [VERSION], "{:?}", place.kept());
    Ok(())
}

#[test]
fn a_place_may_be_a_folder_and_a_server_has_to_be_trusted() -> Result<()> {
    let place = Place::new()?;
    let mirror = place.folder.path().join("mirror");
    fs::create_dir_all(mirror.join(VERSION))?;
    let archive = mirror.join(ARCHIVE.trim_start_matches('/'));
    fs::copy(place.folder.path().join("release.tar.gz"), &archive)?;
    let sum = std::process::Command::new("sha256sum").arg(&archive).output()?.stdout;
    fs::write(format!("{}.sha256", archive.display()), sum)?;
    let of = |url: &str| Mesh::alone().env("MESH_RELEASES", url).env("XDG_CACHE_HOME", place.cache());
    let run = of(&format!("file://{}", mirror.display())).args(["release", "fetch", VERSION]).run()?;
    ensure!(run.code == Some(0), "{run}");
    place.mesh(&["release", "remove", VERSION]).run()?;

    // Any server will do: this one gives no files, but says so only to who trusts it.
    let cluster = &planes::minimal()?.cluster;
    let ca = cluster.folder().join("ca.crt");
    let fetch = |ca: Option<&Path>| {
        let mesh = of(cluster.server()).args(["release", "fetch", VERSION]);
        ca.into_iter().fold(mesh, |mesh, ca| mesh.env("SSL_CERT_FILE", ca)).run()
    };
    fetch(None)?.expect_failed(1, &["cannot be fetched", "certificate"])?;
    fetch(Some(&ca))?.expect_failed(1, &["answers 40"])
}

/// The record keeps the version, so that whatever comes later renders from it again, on any machine.
#[test]
fn an_installation_stays_of_its_release() -> Result<()> {
    let place = Place::new()?;
    let cluster = planes::builder().start()?;
    let mesh = |args: &[&str]| {
        let mesh = Mesh::on(&cluster).env("MESH_RELEASES", &place.releases.url).env("XDG_CACHE_HOME", place.cache());
        mesh.args(args).run()
    };
    let run = mesh(&["install", "--version", VERSION, "-y"])?;
    ensure!(run.code == Some(0), "{run}");
    fs::remove_dir_all(place.cache())?;
    // From another machine, so to say.
    for args in [&["verify"][..], &["diff"], &["upgrade", "-y"]] {
        let run = mesh(args)?;
        ensure!(run.code == Some(0), "{args:?}: {run}");
    }
    ensure!(place.kept() == [VERSION], "{:?}", place.kept());
    let history = mesh(&["history"])?;
    ensure!(history.code == Some(0) && history.stdout.contains(VERSION), "{history}");
    let made = cluster.get("/api/v1/namespaces/istio-system/configmaps/istio-made")?;
    ensure!(made["metadata"]["labels"]["operator.istio.io/version"] == VERSION, "{made}");
    // Back to what is built in: what is given no more is told.
    let plan = mesh(&["install", "--set", "profile=minimal", "--dry-run"])?;
    ensure!(plan.code == Some(0) && format!("{plan}").contains("--version=1.31.7"), "{plan}");
    mesh(&["install", "--set", "profile=minimal", "-y"])?.expect_done(MINIMAL_LINES)
}
