//! `mesh bundle` and what is installed from one: what a registry gives is held to its digests, what a bundle holds to its
//! checksums, and nothing is written where anything is missing.

mod installed;
mod refused;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tar::{Archive, Builder, EntryType, Header};
use tempfile::TempDir;

use crate::charts;
use crate::harness::images::{Manner, PASSWORD, Registry, digest};
use crate::harness::mesh::{Mesh, Run};

const MINIMAL: [&str; 2] = ["--set", "profile=minimal"];

/// A folder to write to, and a program that stands for mesh and is small.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("program"), "#!/bin/sh\n")?;
        Ok(Self { folder })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn mesh(&self) -> Mesh {
        Mesh::alone().env("HOME", self.folder.path())
    }

    /// `mesh bundle NAME` of the minimal profile.
    fn bundle(&self, name: &str, args: &[&str]) -> Result<Run> {
        let mesh = self.mesh().args(["bundle", &self.text(name), "--program", &self.text("program")]);
        mesh.args(MINIMAL).args(args).run()
    }

    /// The same from a registry, which has to go well.
    fn bundled(&self, name: &str, registry: &Registry) -> Result<PathBuf> {
        let run = self.bundle(name, &["--from", &format!("{}/release", registry.host)])?;
        ensure!(run.code == Some(0), "{run}");
        Ok(self.path(name))
    }

    /// Logs in to a registry, as Docker does it.
    fn log_in(&self, registry: &Registry, password: &str) -> Result<()> {
        fs::create_dir_all(self.path(".docker"))?;
        let auth = STANDARD.encode(format!("robot:{password}"));
        let config = json!({"auths": {registry.host.as_str(): {"auth": auth}}});
        Ok(fs::write(self.path(".docker/config.json"), config.to_string())?)
    }

    /// The names of the files beside the program.
    fn files(&self) -> Result<Vec<String>> {
        let entries = fs::read_dir(self.folder.path())?.flatten();
        let mut names: Vec<String> = entries.map(|one| one.file_name().to_string_lossy().into_owned()).collect();
        names.retain(|name| name != "program" && name != ".docker");
        names.sort();
        Ok(names)
    }
}

/// A file of an archive as it stands there: its path and its bytes.
type Files = Vec<(String, Vec<u8>)>;

fn unpacked(path: &Path) -> Result<Files> {
    let mut files = Vec::new();
    for entry in Archive::new(fs::File::open(path)?).entries()? {
        let mut entry = entry?;
        let header = entry.header();
        ensure!(header.mtime()? == 0 && header.uid()? == 0 && header.gid()? == 0, "whose, and when?");
        let name = entry.path()?.display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        files.push((name, bytes));
    }
    Ok(files)
}

fn packed(path: &Path, files: &Files, more: impl FnOnce(&mut Builder<fs::File>)) -> Result<()> {
    let mut builder = Builder::new(fs::File::create(path)?);
    for (name, bytes) in files {
        append(&mut builder, name, EntryType::Regular, bytes);
    }
    more(&mut builder);
    builder.finish()?;
    Ok(())
}

/// An entry with any path, also one that the library would not write.
fn append(builder: &mut Builder<fs::File>, name: &str, kind: EntryType, bytes: &[u8]) {
    let mut header = Header::new_gnu();
    header.as_gnu_mut().expect("a GNU header").name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    if kind != EntryType::Regular {
        header.set_link_name("/etc/passwd").expect("a name");
    }
    header.set_cksum();
    builder.append(&header, bytes).expect("an entry");
}

#[test]
fn the_same_inputs_make_the_same_bytes() -> Result<()> {
    let (place, registry) = (Place::new()?, Registry::with_istio()?);
    registry.guard();
    place.log_in(&registry, PASSWORD)?;
    let from = format!("{}/release", registry.host);
    let first = place.bundle("a.tar", &["--from", &from])?;
    ensure!(first.code == Some(0) && !first.stderr.contains(PASSWORD), "{first}");
    ensure!(first.stderr.contains(&format!("looking at {from}/pilot:1.30.3\n")), "{first}");
    let bytes = fs::read(place.path("a.tar"))?;
    let sum = digest(&bytes).replace("sha256:", "");
    ensure!(first.stdout.contains("Istio 1.30.3, 2 images") && first.stdout.contains(&sum), "{first}");
    place.bundled("b.tar", &registry)?;
    ensure!(bytes == fs::read(place.path("b.tar"))?, "the second is another one");
    // From the first one, as an OCI layout.
    let again = place.bundle("c.tar", &["--images", &place.text("a.tar"), "-o", "json"])?;
    let told = again.json()?;
    ensure!(told["kind"] == "BundleFile" && told["file"]["sha256"] == sum.as_str(), "{again}");
    ensure!(bytes == fs::read(place.path("c.tar"))? && place.files()? == ["a.tar", "b.tar", "c.tar"]);

    let files = unpacked(&place.path("a.tar"))?;
    let of = |name: &str| files.iter().find(|(one, _)| one == name).map(|(_, bytes)| bytes.clone());
    let contents: Value = serde_json::from_slice(&of("mesh/bundle.json").context("no contents")?)?;
    let index: Value = serde_json::from_slice(&of("index.json").context("no index")?)?;
    for (at, name) in ["pilot", "proxyv2"].iter().enumerate() {
        let wanted = registry.tagged(&format!("release/{name}"), "1.30.3").context("no image")?;
        let image = format!("registry.istio.io/release/{name}:1.30.3");
        ensure!(contents["images"][at] == json!({"image": image, "digest": wanted}), "{contents:#}");
        let entry = &index["manifests"][at];
        let called = &entry["annotations"]["org.opencontainers.image.ref.name"];
        ensure!(entry["digest"] == wanted && *called == image.as_str(), "{index:#}");
    }
    for (name, bytes) in &files {
        let sum = &contents["files"][name]["sha256"];
        ensure!(name == "mesh/bundle.json" || *sum == digest(bytes).replace("sha256:", ""), "{name}: {sum}");
        ensure!(name.strip_prefix("blobs/sha256/").is_none_or(|hex| sum == hex), "{name}");
    }
    ensure!(of("mesh/bin/mesh").as_deref() == Some(b"#!/bin/sh\n") && of("oci-layout").is_some());
    // Two indexes, two platforms each: a manifest, a configuration and a layer.
    let blobs = files.iter().filter(|(name, _)| name.starts_with("blobs/")).count();
    ensure!((12..=14).contains(&blobs), "{blobs} blobs");
    Ok(())
}

#[test]
fn only_the_wanted_platforms_are_in_it() -> Result<()> {
    let (place, registry) = (Place::new()?, Registry::with_istio()?);
    registry.be(Manner::Mute);
    let from = format!("{}/release", registry.host);
    let whole = fs::metadata(place.bundled("whole.tar", &registry)?)?.len();
    let run = place.bundle("amd64.tar", &["--from", &from, "--platform", "linux/amd64"])?;
    ensure!(run.code == Some(0), "{run}");
    let half = fs::metadata(place.path("amd64.tar"))?.len();
    // Two layers less.
    ensure!(half + 390_000 < whole, "{half} of {whole} bytes");
    // Both is a new index with what is wanted of it, and can be pushed as it is.
    registry.add("release/pilot", "1.30.3", &["linux/amd64", "linux/arm64", "linux/s390x"], 5);
    let run = place.bundle("two.tar", &["--from", &from, "--platform", "linux/amd64,linux/arm64"])?;
    ensure!(run.code == Some(0), "{run}");
    let (two, target) = (place.text("two.tar"), Registry::start()?);
    let pushed = place.mesh().args(["bundle", "push", &two, "--registry", &target.host]).run()?;
    ensure!(pushed.code == Some(0) && target.tagged("pilot", "1.30.3").is_some(), "{pushed}");
    ensure!(target.tagged("pilot", "1.30.3") != registry.tagged("release/pilot", "1.30.3"), "{pushed}");
    let none = place.bundle("none.tar", &["--from", &from, "--platform", "linux/s390x"])?;
    none.expect_failed(
        2,
        &["proxyv2:1.30.3 is not there for linux/s390x", "it is there for linux/amd64, linux/arm64"],
    )?;
    registry.add("release/proxyv2", "1.30.3", &["linux/amd64"], 5);
    let one = place.bundle("none.tar", &["--from", &from, "--platform", "linux/arm64"])?;
    one.expect_failed(2, &["proxyv2:1.30.3 is not there for linux/arm64", "it is there for linux/amd64"])?;
    ensure!(place.files()? == ["amd64.tar", "two.tar", "whole.tar"], "{:?}", place.files()?);
    Ok(())
}

#[test]
fn what_a_registry_gives_wrong_is_no_bundle() -> Result<()> {
    let (place, registry) = (Place::new()?, Registry::with_istio()?);
    let from = format!("{}/release", registry.host);
    let before = fs::read(place.bundled("a.tar", &registry)?)?;
    let table: [(Manner, i32, &[&str]); 6] = [
        (Manner::WrongBlob, 1, &["/release/pilot:1.30.3: a blob is not what its digest says", "came for sha256:"]),
        (Manner::Cut, 1, &["/release/pilot:1.30.3"]),
        (Manner::Long, 1, &["a blob is not what its digest says", "has more than its"]),
        (Manner::WrongManifest, 1, &["its manifest is not what its digest says"]),
        (Manner::Status(503), 1, &["the registry answers 503: TOOMANYREQUESTS said"]),
        (Manner::Silent, 4, &["the registry did not answer in time", "hint: give it more time"]),
    ];
    for (manner, code, parts) in table {
        registry.be(manner);
        for name in ["a.tar", "new.tar"] {
            let run = place.bundle(name, &["--from", &from, "--timeout", "3s"])?;
            run.expect_failed(code, parts).with_context(|| format!("{manner:?}"))?;
            ensure!(run.stdout.is_empty(), "{manner:?}: {run}");
        }
        // Nothing is begun, and what was there stays.
        ensure!(
            place.files()? == ["a.tar"] && before == fs::read(place.path("a.tar"))?,
            "{manner:?}: {:?}",
            place.files()?
        );
    }
    registry.be(Manner::Well);
    registry.forget("release/proxyv2", "1.30.3");
    registry.forget("release/pilot", "1.30.3");
    let none = place.bundle("new.tar", &["--from", &from])?;
    none.expect_failed(
        1,
        &["/pilot:1.30.3, ", "/proxyv2:1.30.3 are not there", "hint: name the registry that has them: --from"],
    )?;
    let layout = place.bundle("new.tar", &["--images", &place.text("a.tar"), "--set", "tag=1.30.9"])?;
    layout.expect_failed(1, &["there are: registry.istio.io/release/pilot:1.30.3"])?;
    let nobody = place.bundle("new.tar", &["--from", "127.0.0.1:1/istio"])?;
    nobody.expect_failed(1, &["the registry 127.0.0.1:1 cannot be reached from here"])?;
    place.bundle("new.tar", &["--from", "istio"])?.expect_failed(2, &["`istio` is no registry"])?;
    place.bundle("missing/new.tar", &["--no-images"])?.expect_failed(1, &["new.tar: cannot be written"])?;
    place.bundle("new.tar", &["--images", &place.text("program")])?.expect_failed(2, &["name an OCI image layout"])?;
    ensure!(place.files()? == ["a.tar"], "{:?}", place.files()?);
    Ok(())
}

#[test]
fn who_asks_is_told_to_the_registry_and_to_nobody_else() -> Result<()> {
    let (place, registry) = (Place::new()?, Registry::with_istio()?);
    registry.guard();
    let from = format!("{}/release", registry.host);
    let run = place.bundle("a.tar", &["--from", &from])?;
    run.expect_failed(1, &["wants to know who asks", &format!("docker login {}", registry.host)])?;
    place.log_in(&registry, "wrong-one")?;
    let run = place.bundle("a.tar", &["--from", &from])?;
    run.expect_failed(1, &["does not let the user of Docker's configuration in"])?;
    ensure!(!run.stderr.contains("wrong-one"), "{run}");
    fs::write(place.path(".docker/config.json"), r#"{"credsStore": "desktop"}"#)?;
    place.bundle("a.tar", &["--from", &from])?.expect_failed(1, &["docker-credential-desktop is not asked"])?;
    fs::write(place.path(".docker/config.json"), "{\"auths\": hush")?;
    let run = place.bundle("a.tar", &["--from", &from])?;
    run.expect_failed(2, &[".docker/config.json: cannot be read"])?;
    ensure!(!run.stderr.contains("hush"), "{run}");
    // Layers are elsewhere, where a registry refuses whoever says who asks.
    place.log_in(&registry, PASSWORD)?;
    let run = place.bundle("a.tar", &["--from", &from, "-vv"])?;
    ensure!(run.code == Some(0) && !run.stderr.contains(PASSWORD), "{run}");
    ensure!(!run.stderr.contains(&STANDARD.encode(format!("robot:{PASSWORD}"))), "{run}");
    // So is the place that takes layers.
    let target = Registry::start()?;
    target.guard();
    let push = |more: &[&str]| {
        let args = ["bundle", "push", &place.text("a.tar"), "--registry", &target.host];
        place.mesh().args(args).args(more).run()
    };
    push(&[])?.expect_failed(1, &["wants to know who asks"])?;
    place.log_in(&target, PASSWORD)?;
    let pushed = push(&["-o", "json"])?;
    ensure!(pushed.code == Some(0) && pushed.json()?["images"][1]["digest"].is_string(), "{pushed}");
    ensure!(target.tagged("pilot", "1.30.3") == registry.tagged("release/pilot", "1.30.3"), "{pushed}");
    Ok(())
}

#[test]
fn an_interrupted_run_leaves_nothing() -> Result<()> {
    let (place, registry) = (Place::new()?, Registry::with_istio()?);
    registry.be(Manner::Silent);
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let args = ["bundle", &place.text("a.tar"), "--program", &place.text("program"), "--from"];
        let mut running = place.mesh().args(args).args([format!("{}/release", registry.host)]).args(MINIMAL).start()?;
        running.line_with("copying")?;
        // Another run leaves it alone.
        let second = place.bundle("a.tar", &["--no-images"])?;
        second.expect_failed(4, &["a.tar: another run writes it"])?;
        ensure!(place.files()? == [".a.tar.part"], "{:?}", place.files()?);
        running.signal(signal)?;
        running.end()?.expect_failed(code, &["interrupted before the bundle was whole"])?;
        ensure!(place.files()?.is_empty(), "{:?}", place.files()?);
    }
    // What a run has left that was killed is no hindrance.
    fs::write(place.path(".a.tar.part"), vec![7; 5_000_000])?;
    registry.be(Manner::Well);
    let (first, second) = (place.bundled("a.tar", &registry)?, place.bundled("b.tar", &registry)?);
    ensure!(fs::read(first)? == fs::read(second)? && place.files()? == ["a.tar", "b.tar"], "{:?}", place.files()?);
    Ok(())
}

/// The charts of a release are in it, and are rendered as from the release itself.
#[test]
fn the_charts_of_a_release_are_in_it() -> Result<()> {
    let place = Place::new()?;
    charts::archive_of(&charts::files(), place.folder.path(), |_| ());
    let release = place.text("release.tar.gz");
    let generate = |path: &str| place.mesh().args(["manifest", "generate", "--manifests", path]).run();
    let wanted = generate(&release)?;
    ensure!(wanted.code == Some(0) && !wanted.stdout.is_empty(), "{wanted}");
    let of_release = ["--manifests", &release, "--no-images"];
    let run = place
        .mesh()
        .args(["bundle", &place.text("a.tar"), "--program", &place.text("program")])
        .args(of_release)
        .run()?;
    ensure!(run.code == Some(0) && run.stdout.contains("no images"), "{run}");
    generate(&place.text("a.tar"))?.expect_done(&wanted.stdout)?;
    let files = unpacked(&place.path("a.tar"))?;
    let manifest = files.iter().find(|(name, _)| name == "mesh/manifest.yaml").context("no manifest")?;
    ensure!(manifest.1 == wanted.stdout.as_bytes(), "it shows something else");
    let push = place.mesh().args(["bundle", "push", &place.text("a.tar"), "--registry", "127.0.0.1:1"]).run()?;
    push.expect_failed(2, &["no images are in it"])
}

#[test]
fn images_are_held_to_their_digests() -> Result<()> {
    let (place, registry) = (Place::new()?, Registry::with_istio()?);
    let hub = format!("{}/release", registry.host);
    let images = |args: &[&str]| place.mesh().args(["images", "--registry", &hub]).args(MINIMAL).args(args).run();
    let resolved = images(&["--resolve"])?;
    let line = |name: &str| {
        let digest = registry.tagged(&format!("release/{name}"), "1.30.3").unwrap_or_default();
        format!("{hub}/{name}:1.30.3@{digest}\n")
    };
    resolved.expect_done(&(line("pilot") + &line("proxyv2")))?;
    let list = place.text("images.txt");
    fs::write(&list, &resolved.stdout)?;
    let good = format!("✔ {hub}/pilot:1.30.3\n✔ {hub}/proxyv2:1.30.3\n");
    images(&["--digests", &list])?.expect_done(&good)?;
    images(&["--digests", &list, "--resolve"])?.expect_done(&good)?;
    fs::write(&list, resolved.stdout.replace('@', "  "))?;
    images(&["--digests", &list, "--resolve"])?.expect_done(&good)?;
    place.bundled("a.tar", &registry)?;
    images(&["--digests", &place.text("a.tar"), "--resolve"])?.expect_done(&good)?;
    let contents = unpacked(&place.path("a.tar"))?.swap_remove(0).1;
    fs::write(place.path("bundle.json"), contents)?;
    images(&["--digests", &place.text("bundle.json"), "--resolve"])?.expect_done(&good)?;

    // Another one, one less, and one that is named by another digest.
    registry.add("release/pilot", "1.30.3", &["linux/amd64"], 8);
    images(&["--digests", &list])?.expect_done(&good)?;
    let run = images(&["--digests", &list, "--resolve"])?;
    ensure!(run.code == Some(1) && run.stdout.contains(&format!("✘ {hub}/pilot:1.30.3 is sha256:")), "{run}");
    ensure!(run.stdout.contains(&format!("✔ {hub}/proxyv2:1.30.3\n")), "{run}");
    registry.forget("release/pilot", "1.30.3");
    let run = images(&["--digests", &list, "--resolve", "-o", "json"])?;
    let document = run.json()?;
    ensure!(run.code == Some(1) && document["images"][0]["wrong"] == "is not in its registry", "{document:#}");
    fs::write(&list, line("proxyv2"))?;
    let run = images(&["--digests", &list])?;
    ensure!(run.code == Some(1) && run.stdout.contains("pilot:1.30.3 is not listed"), "{run}");
    let pinned = format!("values.global.proxy.image={hub}/proxyv2:1.30.3@{}", digest(b"x"));
    let run = images(&["--digests", &list, "--set", &pinned])?;
    let wrong = format!("proxyv2:1.30.3@{} is {}, and has to be sha256:", digest(b"x"), digest(b"x"));
    ensure!(run.code == Some(1) && run.stdout.contains(&wrong), "{run}");
    fs::write(&list, "a.example.com/pilot:1\n")?;
    images(&["--digests", &list])?.expect_failed(2, &["images.txt:1: no digest", "mesh images --resolve"])
}
