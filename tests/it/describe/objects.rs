//! Objects that have something of everything that a description shows.

use std::time::Duration;

use anyhow::{Context, Result};
use cluster::Cluster;
use mesh::yaml;
use serde_json::{Value, json};

use super::odd;

/// What is compared: kubectl's word for a kind, and where its objects are.
pub(super) const COLLECTIONS: &[(&str, &str)] = &[
    ("deployment", "/apis/apps/v1/namespaces/shop/deployments"),
    ("pod", "/api/v1/namespaces/shop/pods"),
    ("service", "/api/v1/namespaces/shop/services"),
    ("service", "/api/v1/namespaces/default/services"),
    ("deployment", "/apis/apps/v1/namespaces/odd/deployments"),
    ("pod", "/api/v1/namespaces/odd/pods"),
    ("service", "/api/v1/namespaces/odd/services"),
    ("namespace", "/api/v1/namespaces"),
];

const NAMESPACES: &str = r#"
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled, team: a}
  annotations: {owner: "someone", long: "one\ntwo\n"}
---
apiVersion: v1
kind: Namespace
metadata: {name: limited}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: one, namespace: limited}
spec: {hard: {cpu: "4", memory: 8Gi, pods: "10"}, scopes: [NotTerminating]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: another, namespace: limited}
spec: {hard: {configmaps: "100"}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: sizes, namespace: limited}
spec:
  limits:
  - type: Container
    max: {memory: 2Gi}
    min: {memory: 10Mi}
    default: {memory: 1Gi}
    defaultRequest: {memory: 100Mi}
"#;

/// The first one is that of Kubernetes' own guide.
const WORKLOADS: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx-deployment
  namespace: shop
  labels: {app: nginx}
spec:
  replicas: 3
  selector: {matchLabels: {app: nginx}}
  template:
    metadata: {labels: {app: nginx}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.14.2
        ports: [{containerPort: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: rich
  namespace: shop
  annotations: {note: "a note", other: "of two\nlines", long: "LONG"}
spec:
  minReadySeconds: 1
  strategy: {type: Recreate}
  selector:
    matchLabels: {app: rich}
    matchExpressions:
    - {key: tier, operator: In, values: [b, a]}
    - {key: gone, operator: DoesNotExist}
    - {key: app, operator: Exists}
  template:
    metadata:
      labels: {app: rich, tier: a}
      annotations: {sidecar.istio.io/inject: "false", z: "1"}
    spec:
      serviceAccountName: default
      nodeSelector: {kubernetes.io/os: linux}
      tolerations:
      - {key: a, operator: Equal, value: b, effect: NoSchedule}
      - {operator: Exists, effect: NoExecute, tolerationSeconds: 300}
      - {key: c, operator: Exists}
      topologySpreadConstraints:
      - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: rich}}}
      - {maxSkew: 2, topologyKey: a-zone, whenUnsatisfiable: ScheduleAnyway}
      initContainers:
      - {name: first, image: busybox, command: [sh, -c, "echo a\necho b"], args: [x, "y z"]}
      containers:
      - name: main
        image: registry.example.com/team/main:1@sha256:0123456789012345678901234567890123456789012345678901234567890123
        command: [/bin/main]
        args: [--flag, --other=1]
        ports:
        - {containerPort: 80, name: http}
        - {containerPort: 443, hostPort: 8443}
        resources: {limits: {cpu: 500m, memory: 1Gi}, requests: {cpu: 100m, memory: 128Mi}}
        livenessProbe: {httpGet: {path: "/live?x=1", port: http, httpHeaders: [{name: a, value: b}]}, initialDelaySeconds: 3}
        readinessProbe: {exec: {command: [cat, /ready]}, periodSeconds: 7}
        startupProbe: {tcpSocket: {port: 80}, failureThreshold: 30}
        envFrom:
        - configMapRef: {name: settings, optional: true}
        - secretRef: {name: hidden, optional: true}
          prefix: P_
        env:
        - {name: PLAIN, value: text}
        - {name: LINES, value: "one\ntwo"}
        - {name: EMPTY}
        - {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        - {name: PLACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
        - {name: APP, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}
        - {name: ADDRESS, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
        - {name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
        - {name: REQUEST, valueFrom: {resourceFieldRef: {resource: requests.cpu, divisor: 1m}}}
        - {name: KEY, valueFrom: {secretKeyRef: {name: hidden, key: k, optional: true}}}
        - {name: MAP, valueFrom: {configMapKeyRef: {name: settings, key: k, optional: true}}}
        volumeMounts:
        - {name: tmp, mountPath: /tmp}
        - {name: config, mountPath: /etc/config, readOnly: true}
        - {name: tmp, mountPath: /cache, subPath: "a b"}
      - {name: helper, image: busybox, env: [{name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}]}
      volumes:
      - {name: tmp, emptyDir: {medium: Memory, sizeLimit: 64Mi}}
      - {name: plain, emptyDir: {}}
      - {name: config, configMap: {name: settings, optional: true}}
      - {name: secret, secret: {secretName: hidden, optional: true}}
      - {name: host, hostPath: {path: /var/log, type: DirectoryOrCreate}}
      - {name: claim, persistentVolumeClaim: {claimName: data, readOnly: true}}
      - {name: net, nfs: {server: nfs.example.com, path: /x}}
      - {name: pod, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}, {path: cpu, resourceFieldRef: {containerName: main, resource: limits.cpu}}]}}
      - {name: many, projected: {sources: [{secret: {name: hidden}}, {configMap: {name: settings}}, {downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.name}}]}}, {serviceAccountToken: {path: token, audience: x, expirationSeconds: 43200}}]}}
      - {name: driver, csi: {driver: csi.example.com, volumeAttributes: {a: b, c: d}}}
      - {name: disk, iscsi: {targetPortal: "10.0.0.1:3260", iqn: "iqn.2001-04.com.example:storage", lun: 1}}
      - {name: files, cephfs: {monitors: ["10.0.0.1:6789", "10.0.0.2:6789"]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: missing, namespace: shop}
spec:
  selector: {matchLabels: {app: missing}}
  template:
    metadata: {labels: {app: missing}}
    spec: {containers: [{name: a, image: missing.invalid/a:1}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: idle, namespace: shop}
spec:
  replicas: 0
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  selector: {matchLabels: {app: idle}}
  template:
    metadata: {labels: {app: idle}}
    spec:
      securityContext: {seccompProfile: {type: RuntimeDefault}}
      containers: [{name: a, image: busybox, securityContext: {seccompProfile: {type: Localhost, localhostProfile: a.json}}}]
---
apiVersion: v1
kind: Pod
metadata:
  name: alone
  namespace: shop
  labels: {app: alone}
spec:
  securityContext: {seccompProfile: {type: RuntimeDefault}}
  readinessGates: [{conditionType: example.com/gate}]
  containers:
  - {name: a, image: busybox, resources: {limits: {cpu: 1, memory: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: crashing, namespace: shop, annotations: {test.mesh.dev/stage: crash-loop}}
spec: {containers: [{name: a, image: busybox}]}
---
apiVersion: v1
kind: Pod
metadata: {name: nowhere, namespace: shop}
spec:
  nodeSelector: {no: such}
  containers: [{name: a, image: busybox, livenessProbe: {grpc: {port: 9000}}, volumeDevices: []}]
"#;

const SERVICES: &str = r#"
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: nginx}}
spec:
  selector: {app: nginx}
  ports: [{name: http-web, port: 80}, {name: admin, port: 8080, targetPort: named}]
---
apiVersion: v1
kind: Service
metadata: {name: outside, namespace: shop, annotations: {a: b}}
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  loadBalancerSourceRanges: [10.0.0.0/8]
  externalIPs: [192.0.2.1, 192.0.2.2]
  sessionAffinity: ClientIP
  selector: {app: rich, tier: a}
  ports: [{port: 443, targetPort: 8443, protocol: TCP}]
---
apiVersion: v1
kind: Service
metadata: {name: alias, namespace: shop}
spec: {type: ExternalName, externalName: example.com}
---
apiVersion: v1
kind: Service
metadata: {name: headless, namespace: shop}
spec: {clusterIP: None, selector: {app: nginx}}
---
apiVersion: v1
kind: Service
metadata: {name: by-hand, namespace: shop}
spec: {ports: [{port: 53, protocol: UDP}], trafficDistribution: PreferClose}
"#;

/// Creates everything, and waits until nothing of it moves any more.
pub(super) fn create(cluster: &Cluster) -> Result<()> {
    for text in [NAMESPACES, WORKLOADS, SERVICES, odd::OBJECTS] {
        for mut object in yaml::documents("objects", text)? {
            if let Some(note) = object.pointer_mut("/metadata/annotations/long").filter(|note| **note == "LONG") {
                *note = "long ".repeat(60).into();
            }
            create_one(cluster, &object)?;
        }
    }
    let path = "/api/v1/namespaces/shop/services/outside/status";
    cluster.merge(
        path,
        &json!({"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.9"}, {"hostname": "lb.example.com"}]}}}),
    )?;
    cluster.wait_for_deployment("shop", "nginx-deployment", Duration::from_secs(120))?;
    // A namespace that does not end while something in it waits.
    let stuck = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "stuck", "namespace": "ending", "finalizers": ["example.com/wait"]}});
    let ending = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ending"}});
    for object in [ending, stuck] {
        create_one(cluster, &object)?;
    }
    cluster.delete("/api/v1/namespaces/ending")?;
    // An older ReplicaSet.
    let image = json!({"spec": {"template": {"spec": {"containers": [{"name": "nginx", "image": "nginx:1.16.1", "ports": [{"containerPort": 80, "protocol": "TCP"}]}]}}}});
    cluster.merge("/apis/apps/v1/namespaces/shop/deployments/nginx-deployment", &image)?;
    cluster.wait_for_deployment("shop", "nginx-deployment", Duration::from_secs(120))?;
    cluster.eventually(Duration::from_secs(120), "three nginx pods", |cluster| {
        let pods = cluster.list("/api/v1/namespaces/shop/pods?labelSelector=app%3Dnginx")?;
        Ok((pods.len() == 3).then_some(()))
    })?;
    cluster.eventually(Duration::from_secs(120), "crash", |cluster| {
        let pod = cluster.get("/api/v1/namespaces/shop/pods/crashing")?;
        let restarts = pod["status"]["containerStatuses"][0]["restartCount"].as_u64().unwrap_or_default();
        Ok((restarts > 0).then_some(()))
    })
}

/// Creates every object of a YAML text.
pub(super) fn create_all(cluster: &Cluster, text: &str) -> Result<()> {
    yaml::documents("objects", text)?.iter().try_for_each(|object| create_one(cluster, object))
}

fn create_one(cluster: &Cluster, object: &Value) -> Result<()> {
    let version = object["apiVersion"].as_str().context("no version")?;
    let root = if version.contains('/') { format!("/apis/{version}") } else { format!("/api/{version}") };
    let kind = object["kind"].as_str().context("no kind")?.to_lowercase();
    let plural = if kind.ends_with('s') {
        format!("{kind}es")
    } else if kind.ends_with("ry") || kind.ends_with("cy") {
        format!("{}ies", kind.trim_end_matches('y'))
    } else {
        format!("{kind}s")
    };
    let place = object["metadata"]["namespace"].as_str().map_or_else(String::new, |name| format!("/namespaces/{name}"));
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    // The service account of a new namespace takes a moment.
    cluster.eventually(Duration::from_secs(120), &format!("{kind} {name}"), |cluster| {
        match cluster.create(&format!("{root}{place}/{plural}"), object) {
            Ok(_) => Ok(Some(())),
            Err(cause) if cluster::status_code(&cause) == Some(403) => Ok(None),
            Err(cause) => Err(cause),
        }
    })
}
