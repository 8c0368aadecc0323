//! The volumes of a pod, as `kubectl describe` writes them.

use serde_json::Value;

use super::columns::Columns;
use super::values::{annotation_lines, items, label_lines, plain, shortened, sorted, text, texts};
use crate::object::Quantity;

/// How a field of a source is written.
#[derive(Clone, Copy)]
enum As {
    /// Text; nothing where it is missing.
    Text,
    /// Text; `<none>` where it is missing.
    TextOrNone,
    /// `true` or `false`.
    Flag,
    /// A number; 0 where it is missing.
    Number,
    /// A size; `<unset>` where it is missing or nothing.
    Size,
    /// Words in brackets.
    Words,
    /// Words with commas.
    Joined,
    /// A reference to an object of the same namespace.
    Reference,
    /// A map in Go's own words.
    Map,
}

use As::{Flag, Joined, Map, Number, Reference, Size, Text, TextOrNone, Words};

/// A source: its field, what it is, and its fields, each with the name it is shown by.
struct Source {
    field: &'static str,
    about: &'static str,
    fields: &'static [(&'static str, &'static str, As)],
}

const fn source(
    field: &'static str,
    about: &'static str,
    fields: &'static [(&'static str, &'static str, As)],
) -> Source {
    Source { field, about, fields }
}

/// The names and words are kubectl's.
const SOURCES: &[Source] = &[
    source(
        "hostPath",
        "HostPath (bare host directory volume)",
        &[("Path:", "path", Text), ("HostPathType:", "type", TextOrNone)],
    ),
    source(
        "emptyDir",
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        &[("Medium:", "medium", Text), ("SizeLimit:", "sizeLimit", Size)],
    ),
    source(
        "gcePersistentDisk",
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        &[
            ("PDName:", "pdName", Text),
            ("FSType:", "fsType", Text),
            ("Partition:", "partition", Number),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    source(
        "awsElasticBlockStore",
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        &[
            ("VolumeID:", "volumeID", Text),
            ("FSType:", "fsType", Text),
            ("Partition:", "partition", Number),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    source(
        "gitRepo",
        "GitRepo (a volume that is pulled from git when the pod is created)",
        &[("Repository:", "repository", Text), ("Revision:", "revision", Text)],
    ),
    source(
        "secret",
        "Secret (a volume populated by a Secret)",
        &[("SecretName:", "secretName", Text), ("Optional:", "optional", Flag)],
    ),
    source(
        "configMap",
        "ConfigMap (a volume populated by a ConfigMap)",
        &[("Name:", "name", Text), ("Optional:", "optional", Flag)],
    ),
    source(
        "nfs",
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        &[("Server:", "server", Text), ("Path:", "path", Text), ("ReadOnly:", "readOnly", Flag)],
    ),
    source(
        "iscsi",
        "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        &[
            ("TargetPortal:", "targetPortal", Text),
            ("IQN:", "iqn", Text),
            ("Lun:", "lun", Number),
            ("ISCSIInterface", "iscsiInterface", Text),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Flag),
            ("Portals:", "portals", Words),
            ("DiscoveryCHAPAuth:", "chapAuthDiscovery", Flag),
            ("SessionCHAPAuth:", "chapAuthSession", Flag),
            ("SecretRef:", "secretRef", Reference),
            ("InitiatorName:", "initiatorName", TextOrNone),
        ],
    ),
    source(
        "glusterfs",
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        &[("EndpointsName:", "endpoints", Text), ("Path:", "path", Text), ("ReadOnly:", "readOnly", Flag)],
    ),
    source(
        "persistentVolumeClaim",
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        &[("ClaimName:", "claimName", Text), ("ReadOnly:", "readOnly", Flag)],
    ),
    source(
        "ephemeral",
        "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
        &[],
    ),
    source(
        "rbd",
        "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        &[
            ("CephMonitors:", "monitors", Words),
            ("RBDImage:", "image", Text),
            ("FSType:", "fsType", Text),
            ("RBDPool:", "pool", Text),
            ("RadosUser:", "user", Text),
            ("Keyring:", "keyring", Text),
            ("SecretRef:", "secretRef", Reference),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    source(
        "quobyte",
        "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
        &[("Registry:", "registry", Text), ("Volume:", "volume", Text), ("ReadOnly:", "readOnly", Flag)],
    ),
    source("downwardAPI", "DownwardAPI (a volume populated by information about the pod)", &[]),
    source(
        "azureDisk",
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        &[
            ("DiskName:", "diskName", Text),
            ("DiskURI:", "diskURI", Text),
            ("Kind: ", "kind", Text),
            ("FSType:", "fsType", Text),
            ("CachingMode:", "cachingMode", Text),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    source(
        "vsphereVolume",
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        &[
            ("VolumePath:", "volumePath", Text),
            ("FSType:", "fsType", Text),
            ("StoragePolicyName:", "storagePolicyName", Text),
        ],
    ),
    source(
        "cinder",
        "Cinder (a Persistent Disk resource in OpenStack)",
        &[
            ("VolumeID:", "volumeID", Text),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Flag),
            ("SecretRef:", "secretRef", Reference),
        ],
    ),
    source(
        "photonPersistentDisk",
        "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
        &[("PdID:", "pdID", Text), ("FSType:", "fsType", Text)],
    ),
    source("portworxVolume", "PortworxVolume (a Portworx Volume resource)", &[("VolumeID:", "volumeID", Text)]),
    source(
        "scaleIO",
        "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        &[
            ("Gateway:", "gateway", Text),
            ("System:", "system", Text),
            ("Protection Domain:", "protectionDomain", Text),
            ("Storage Pool:", "storagePool", Text),
            ("Storage Mode:", "storageMode", Text),
            ("VolumeName:", "volumeName", Text),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    source(
        "cephfs",
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        &[
            ("Monitors:", "monitors", Words),
            ("Path:", "path", Text),
            ("User:", "user", Text),
            ("SecretFile:", "secretFile", Text),
            ("SecretRef:", "secretRef", Reference),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    source(
        "storageos",
        "StorageOS (a StorageOS Persistent Disk resource)",
        &[
            ("VolumeName:", "volumeName", Text),
            ("VolumeNamespace:", "volumeNamespace", Text),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    source(
        "fc",
        "FC (a Fibre Channel disk)",
        &[
            ("TargetWWNs:", "targetWWNs", Joined),
            ("LUN:", "lun", TextOrNone),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    source(
        "azureFile",
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        &[("SecretName:", "secretName", Text), ("ShareName:", "shareName", Text), ("ReadOnly:", "readOnly", Flag)],
    ),
    source(
        "flexVolume",
        "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        &[
            ("Driver:", "driver", Text),
            ("FSType:", "fsType", Text),
            ("SecretRef:", "secretRef", Reference),
            ("ReadOnly:", "readOnly", Flag),
            ("Options:", "options", Map),
        ],
    ),
    source(
        "flocker",
        "Flocker (a Flocker volume mounted by the Flocker agent)",
        &[("DatasetName:", "datasetName", Text), ("DatasetUUID:", "datasetUUID", Text)],
    ),
    source("projected", "Projected (a volume that contains injected data from multiple sources)", &[]),
    source(
        "csi",
        "CSI (a Container Storage Interface (CSI) volume source)",
        &[("Driver:", "driver", Text), ("FSType:", "fsType", Text), ("ReadOnly:", "readOnly", Flag)],
    ),
    source(
        "image",
        "Image (a container image or OCI artifact)",
        &[("Reference:", "reference", Text), ("PullPolicy:", "pullPolicy", Text)],
    ),
];

/// All volumes, indented by `space`.
pub(super) fn write(columns: &mut Columns, volumes: &Value, space: &str) {
    let volumes = items(volumes);
    if volumes.is_empty() {
        columns.line(0, &[&format!("{space}Volumes:"), "<none>"]);
        return;
    }
    columns.line(0, &[&format!("{space}Volumes:")]);
    let indent = if space.is_empty() { "" } else { " " };
    for volume in volumes {
        columns.line(1, &[&format!("{indent}{}:", text(&volume["name"]))]);
        match SOURCES.iter().find(|source| volume[source.field].is_object()) {
            Some(source) => one(columns, source, &volume[source.field]),
            None => columns.line(1, &["<unknown>"]),
        }
    }
}

fn one(columns: &mut Columns, source: &Source, volume: &Value) {
    columns.field(2, "Type", source.about);
    for (name, field, how) in source.fields {
        columns.line(2, &[name, &shown(&volume[field], *how)]);
    }
    match source.field {
        "projected" => items(&volume["sources"]).iter().for_each(|part| projected(columns, part)),
        "downwardAPI" => {
            columns.line(2, &["Items:"]);
            for item in items(&volume["items"]) {
                let fields = [&item["fieldRef"]["fieldPath"], &item["resourceFieldRef"]["resource"]];
                for field in fields.into_iter().filter(|field| field.is_string()) {
                    columns.line(3, &[&format!("{} -> {}", text(field), text(&item["path"]))]);
                }
            }
        }
        "csi" => attributes(columns, &volume["volumeAttributes"]),
        "ephemeral" if volume["volumeClaimTemplate"].is_object() => claim(columns, &volume["volumeClaimTemplate"]),
        _ => {}
    }
}

fn shown(value: &Value, how: As) -> String {
    match how {
        Text => plain(value),
        TextOrNone => {
            if value.is_null() {
                "<none>".to_owned()
            } else {
                plain(value)
            }
        }
        Flag => (*value == true).to_string(),
        Number => value.as_i64().unwrap_or_default().to_string(),
        Size => {
            let is_some = Quantity::of_value(value).is_some_and(|size| size > Quantity::ZERO);
            if is_some { plain(value) } else { "<unset>".to_owned() }
        }
        Words => format!("[{}]", texts(value).join(" ")),
        Joined => texts(value).join(", "),
        Reference => match value.is_object() {
            true => format!("&LocalObjectReference{{Name:{},}}", text(&value["name"])),
            false => "nil".to_owned(),
        },
        Map => {
            let entries: Vec<String> =
                sorted(value).into_iter().map(|(key, value)| format!("{key}:{}", plain(value))).collect();
            format!("map[{}]", entries.join(" "))
        }
    }
}

fn projected(columns: &mut Columns, part: &Value) {
    let (secret, map, token) = (&part["secret"], &part["configMap"], &part["serviceAccountToken"]);
    let sources = [("SecretName", "SecretOptionalName", secret), ("ConfigMapName", "ConfigMapOptional", map)];
    if let Some((name, optional, source)) = sources.into_iter().find(|(.., source)| source.is_object()) {
        columns.field(2, name, text(&source["name"]));
        // Go's word for what is not set: kubectl 1.32 writes it so.
        let is_optional = &source["optional"];
        let shown = if is_optional.is_null() { "<nil>".to_owned() } else { is_optional.to_string() };
        columns.field(2, optional, &shown);
        return;
    }
    if part["downwardAPI"].is_object() {
        columns.field(2, "DownwardAPI", "true");
    } else if token.is_object() {
        let seconds = token["expirationSeconds"].as_i64().unwrap_or_default();
        columns.field(2, "TokenExpirationSeconds", &seconds.to_string());
    }
}

/// Attributes of a CSI volume. kubectl indents every piece of a line by two levels, also those within it.
fn attributes(columns: &mut Columns, attributes: &Value) {
    let entries = sorted(attributes);
    if entries.is_empty() {
        columns.line(2, &["VolumeAttributes:", "<none>"]);
    }
    for (place, (key, value)) in entries.into_iter().enumerate() {
        let line = format!("    {}", shortened(&format!("{key}={}", text(value)), 140));
        match place {
            0 => columns.line(2, &["VolumeAttributes:", &line]),
            _ => columns.line(4, &["", &line]),
        }
    }
}

/// The claim that a pod brings along.
fn claim(columns: &mut Columns, template: &Value) {
    let spec = &template["spec"];
    let beta = &template["metadata"]["annotations"]["volume.beta.kubernetes.io/storage-class"];
    let class = if beta.is_string() { text(beta) } else { text(&spec["storageClassName"]) };
    columns.field(2, "StorageClass", class);
    columns.field(2, "Volume", text(&spec["volumeName"]));
    let metadata = &template["metadata"];
    let named =
        [("Labels", label_lines(&metadata["labels"])), ("Annotations", annotation_lines(&metadata["annotations"]))];
    for (name, lines) in named {
        let lines = if lines.is_empty() { vec!["<none>".to_owned()] } else { lines };
        // Again every piece of a line is indented.
        columns.list(2, name, &lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>());
    }
    columns.field(2, "Capacity", "");
    columns.field(2, "Access Modes", "");
    if spec["volumeMode"].is_string() {
        columns.field(2, "VolumeMode", text(&spec["volumeMode"]));
    }
    let from = &spec["dataSource"];
    if from.is_object() {
        columns.line(2, &["DataSource:"]);
        for (name, field) in [("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")] {
            if from[field].is_string() {
                columns.field(3, name, text(&from[field]));
            }
        }
    }
}
