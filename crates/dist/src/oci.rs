//! The container image: the program alone, for both processors of Linux, as a tar archive of an OCI image layout.

use anyhow::Result;
use serde_json::{Value, json};

use crate::entry::{READ, RUN, Tree, gzip};
use crate::kept::Kept;
use crate::{DESCRIPTION, LICENSE, Target, Time, VERSION};

/// Nobody, by number: Kubernetes can tell from it that the container does not run as root.
const USER: u64 = 65_532;
const HOME: &str = "home/mesh";

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// An archive with an image for each of these programs, all in one index.
///
/// # Errors
/// None that can be foreseen: it is made in memory.
pub(crate) fn archive(programs: &[(Target, &[u8])], kept: &Kept, time: Time) -> Result<Vec<u8>> {
    let mut tree = Tree::default();
    let mut manifests = Vec::new();
    for (target, program) in programs {
        manifests.push(image(&mut tree, *target, program, kept, time)?);
    }
    let index = json!({
        "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests, "annotations": annotations(time),
    });
    let mut index = blob(&mut tree, INDEX, index.to_string().into_bytes());
    // By these tools find it in the archive: the first is OCI's, the second containerd's.
    index["annotations"] = json!({
        "org.opencontainers.image.ref.name": VERSION, "io.containerd.image.name": format!("docker.io/library/mesh:{VERSION}"),
    });
    let outer = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [index] });
    tree.file("index.json", READ, outer.to_string());
    tree.file("oci-layout", READ, r#"{"imageLayoutVersion":"1.0.0"}"#);
    tree.tar(time, "")
}

/// Puts what an image consists of into the layout; its descriptor.
fn image(tree: &mut Tree, target: Target, program: &[u8], kept: &Kept, time: Time) -> Result<Value> {
    let layer = files(program, kept).tar(time, "")?;
    let plain = digest(&layer);
    let layer = blob(tree, LAYER, gzip(&layer)?);
    let config = json!({
        "created": time.written(),
        "architecture": target.processor(),
        "os": target.system(),
        "config": {
            "User": format!("{USER}:{USER}"),
            "Env": ["PATH=/usr/bin", format!("HOME=/{HOME}")],
            "Entrypoint": ["/usr/bin/mesh"],
            "WorkingDir": format!("/{HOME}"),
            "Labels": annotations(time),
        },
        "rootfs": {"type": "layers", "diff_ids": [plain]},
        "history": [{"created": time.written(), "created_by": "mesh dist"}],
    });
    let config = blob(tree, CONFIG, config.to_string().into_bytes());
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer], "annotations": annotations(time),
    });
    let mut manifest = blob(tree, MANIFEST, manifest.to_string().into_bytes());
    manifest["platform"] = json!({"os": target.system(), "architecture": target.processor()});
    Ok(manifest)
}

/// There is nothing but the program, a home for what it keeps, and a folder for what is passing.
fn files(program: &[u8], kept: &Kept) -> Tree {
    let mut tree = Tree::default();
    tree.file("usr/bin/mesh", RUN, program);
    tree.file("usr/share/licenses/mesh/LICENSE", READ, kept.license.as_str());
    tree.file("etc/passwd", READ, format!("root:x:0:0:root:/:/\nmesh:x:{USER}:{USER}:mesh:/{HOME}:/\n"));
    tree.file("etc/group", READ, format!("root:x:0:\nmesh:x:{USER}:\n"));
    tree.folder(HOME, 0o700, USER);
    tree.folder("tmp", 0o1777, 0);
    tree
}

fn annotations(time: Time) -> Value {
    json!({
        "org.opencontainers.image.created": time.written(),
        "org.opencontainers.image.description": DESCRIPTION,
        "org.opencontainers.image.licenses": LICENSE,
        "org.opencontainers.image.title": "mesh",
        "org.opencontainers.image.version": VERSION,
    })
}

fn blob(tree: &mut Tree, media_type: &str, bytes: Vec<u8>) -> Value {
    let (digest, size) = (digest(&bytes), bytes.len());
    tree.file(format!("blobs/{}", digest.replace(':', "/")), READ, bytes);
    json!({"mediaType": media_type, "digest": digest, "size": size})
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", crate::sums::sha256(bytes))
}
