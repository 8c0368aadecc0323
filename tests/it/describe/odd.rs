//! Objects of the rarer kinds and fields: pods of every owner, volumes of every type, sidecars, claims, gates, paused and failing
//! Deployments, Services of every type with endpoints made by hand, quotas and limits with everything they may have.

/// All of them, in namespace `odd`.
pub(super) const OBJECTS: &str = r#"
apiVersion: v1
kind: Namespace
metadata: {name: odd, labels: {kubernetes.io/metadata.name: odd}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: all, namespace: odd}
spec:
  limits:
  - {type: Pod, max: {cpu: "8"}, maxLimitRequestRatio: {cpu: "10"}}
  - {type: Container, default: {cpu: 500m}, defaultRequest: {cpu: 250m}, max: {cpu: "4"}, min: {cpu: 10m}}
  - {type: PersistentVolumeClaim, min: {storage: 1Gi}, max: {storage: 10Gi}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: a, namespace: odd}
spec: {hard: {pods: "100", requests.cpu: "100", count/services: "40"}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: scoped, namespace: odd}
spec:
  hard: {pods: "10"}
  scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high, middle]}]}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high-up}
value: 1000000
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: special}
handler: special
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: odd}
spec:
  replicas: 2
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      priorityClassName: high-up
      terminationGracePeriodSeconds: 0
      initContainers:
      - {name: side, image: "side:1", restartPolicy: Always, readinessProbe: {tcpSocket: {port: 1}}, ports: [{containerPort: 15090, protocol: TCP, name: metrics}]}
      - {name: prep, image: "busybox", command: ["sh","-c","true"], resources: {requests: {cpu: 10m}}}
      containers:
      - name: db
        image: postgres
        ports: [{containerPort: 5432, name: pg}, {containerPort: 53, protocol: UDP, hostPort: 5353}]
        livenessProbe: {grpc: {port: 9000, service: x.y}}
        readinessProbe: {httpGet: {path: /a%20b, port: 80, scheme: HTTPS, host: example.com}}
        startupProbe: {exec: {command: ["/bin/sh", "-c", "a\nb"]}}
        resources: {limits: {cpu: "1.5", memory: 1500M, ephemeral-storage: 1Gi}, requests: {cpu: 0.25, memory: "1e9"}}
        lifecycle: {preStop: {exec: {command: [a]}}}
        securityContext: {privileged: true}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once, namespace: odd}
spec:
  template:
    spec:
      restartPolicy: Never
      runtimeClassName: special
      containers: [{name: a, image: busybox, args: ["", "two words", "tab\there"], tty: true}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: odd}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      hostNetwork: true
      tolerations: [{operator: Exists}]
      containers: [{name: agent, image: agent, ports: [{containerPort: 80}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: paused, namespace: odd, annotations: {"quote": "a \"b\" 'c' \\ $d <e> &f", "uni": "Grüße 世界", "spaces": "  lead and trail  ", "empty": "", "kubectl.kubernetes.io/last-applied-configuration": "{}"}}
spec:
  paused: true
  progressDeadlineSeconds: 20
  revisionHistoryLimit: 0
  replicas: 2
  selector: {matchLabels: {app: paused}}
  strategy: {rollingUpdate: {maxSurge: "10%", maxUnavailable: "50%"}}
  template:
    metadata: {labels: {app: paused}}
    spec:
      priorityClassName: high-up
      containers: [{name: a, image: a}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: failing, namespace: odd}
spec:
  progressDeadlineSeconds: 2
  selector: {matchLabels: {app: failing}}
  template:
    metadata: {labels: {app: failing}}
    spec:
      serviceAccountName: no-such
      containers: [{name: a, image: a}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: late, namespace: odd}
spec:
  progressDeadlineSeconds: 2
  selector: {matchLabels: {app: late}}
  template:
    metadata: {labels: {app: late}}
    spec:
      nodeSelector: {no: such, b: c}
      containers: [{name: a, image: a, env: [{name: H, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}, {name: U, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}, {name: A, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['a']"}}}, {name: E, valueFrom: {resourceFieldRef: {resource: limits.ephemeral-storage}}}, {name: SPACE, value: "a  b\tc "}, {name: DOLLAR, value: "$(H)-x"}], envFrom: [{configMapRef: {name: x}}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: volumes, namespace: odd}
spec:
  nodeSelector: {no: such}
  containers: [{name: a, image: a, volumeMounts: [{name: v1, mountPath: /b, subPathExpr: "$(A)/x", mountPropagation: HostToContainer}, {name: v2, mountPath: /a}], env: [{name: A, value: b}], volumeDevices: [{name: v3, devicePath: /dev/x}]}]
  volumes:
  - {name: v1, emptyDir: {sizeLimit: 1Gi}}
  - {name: v2, gitRepo: {repository: "https://example.com/a.git", revision: main}}
  - {name: v3, persistentVolumeClaim: {claimName: x}}
  - {name: aws, awsElasticBlockStore: {volumeID: vol-1, fsType: ext4, partition: 1}}
  - {name: gce, gcePersistentDisk: {pdName: d, fsType: ext4}}
  - {name: azd, azureDisk: {diskName: a, diskURI: "/subscriptions/a/resourcegroups/b/providers/microsoft.compute/disks/c", cachingMode: ReadOnly, kind: Managed}}
  - {name: azf, azureFile: {secretName: s, shareName: t, readOnly: true}}
  - {name: rbd, rbd: {monitors: ["a:1","b:2"], image: i, pool: p, user: u, secretRef: {name: s}}}
  - {name: glu, glusterfs: {endpoints: e, path: /p}}
  - {name: cin, cinder: {volumeID: v, fsType: ext4, secretRef: {name: s}}}
  - {name: fc, fc: {targetWWNs: [a, b], lun: 3, fsType: ext4}}
  - {name: flex, flexVolume: {driver: a/b, options: {z: "1", a: "2"}}}
  - {name: floc, flocker: {datasetName: d}}
  - {name: quo, quobyte: {registry: "r:1", volume: v, user: u, group: g}}
  - {name: vsp, vsphereVolume: {volumePath: "[a] b", fsType: ext4, storagePolicyName: p}}
  - {name: sca, scaleIO: {gateway: g, system: s, secretRef: {name: "nn"}, volumeName: v, protectionDomain: d, storagePool: p, fsType: xfs}}
  - {name: sto, storageos: {volumeName: v, volumeNamespace: "nn"}}
  - {name: por, portworxVolume: {volumeID: v}}
  - {name: pho, photonPersistentDisk: {pdID: v}}
  - {name: isc, iscsi: {targetPortal: "a:1", iqn: "iqn.2001-04.com.example:storage", lun: 0, portals: ["b:1","c:2"], chapAuthDiscovery: true, secretRef: {name: s}, initiatorName: "iqn.2001-04.com.example:init"}}
  - {name: cep, cephfs: {monitors: ["a:1"], path: /, user: admin, secretFile: /etc/x, secretRef: {name: s}, readOnly: true}}
  - {name: csi, csi: {driver: d, readOnly: true, fsType: ext4, nodePublishSecretRef: {name: s}}}
  - {name: img, image: {reference: "a/b:1", pullPolicy: Always}}
  - {name: eph, ephemeral: {volumeClaimTemplate: {metadata: {labels: {a: b}, annotations: {c: d}}, spec: {accessModes: [ReadWriteOnce], storageClassName: fast, volumeMode: Filesystem, resources: {requests: {storage: 1Gi}}, dataSource: {kind: PersistentVolumeClaim, name: other}}}}}
  - {name: host, hostPath: {path: /}}
  - {name: sec, secret: {secretName: s, items: [{key: a, path: b}], defaultMode: 256}}
  - {name: pro, projected: {defaultMode: 420, sources: [{clusterTrustBundle: {name: a, path: b}}, {secret: {name: s}}, {serviceAccountToken: {path: t}}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: sized, namespace: odd}
spec:
  resources: {limits: {cpu: "2", memory: 2Gi}, requests: {cpu: "1"}}
  schedulingGates: [{name: example.com/gate}]
  resourceClaims: [{name: gpu, resourceClaimName: c}, {name: tmpl, resourceClaimTemplateName: t}]
  containers: [{name: a, image: a, resources: {claims: [{name: gpu}]}}]
  tolerations: [{key: a, operator: Exists, effect: PreferNoSchedule}, {key: b, value: c}, {key: d, operator: Exists, tolerationSeconds: 0, effect: NoExecute}]
  topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchExpressions: [{key: a, operator: In, values: [x, "yy"]}]}, minDomains: 2}]
---
apiVersion: v1
kind: Pod
metadata: {name: ended, namespace: odd, annotations: {test.mesh.dev/stage: ended}}
spec:
  restartPolicy: Never
  hostPID: true
  dnsPolicy: None
  dnsConfig: {nameservers: [10.0.0.1]}
  hostAliases: [{ip: 10.0.0.1, hostnames: [a]}]
  automountServiceAccountToken: false
  containers: [{name: a, image: a}]
---
apiVersion: v1
kind: Service
metadata: {name: nodeport, namespace: odd, annotations: {a: "x\ny"}}
spec:
  type: NodePort
  selector: {app: db}
  ports: [{name: pg, port: 5432, targetPort: pg, nodePort: 30123, appProtocol: kubernetes.io/h2c}, {name: udp, port: 53, protocol: UDP, targetPort: 53}]
---
apiVersion: v1
kind: Service
metadata: {name: lb, namespace: odd}
spec:
  type: LoadBalancer
  loadBalancerClass: example.com/lb
  loadBalancerIP: 192.0.2.7
  allocateLoadBalancerNodePorts: false
  internalTrafficPolicy: Local
  sessionAffinity: ClientIP
  sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}
  ipFamilyPolicy: PreferDualStack
  selector: {app: agent}
  ports: [{port: 80, protocol: SCTP}]
---
apiVersion: v1
kind: Service
metadata: {name: ext, namespace: odd}
spec: {type: ExternalName, externalName: a.example.com, ports: [{port: 80, name: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: unready, namespace: odd}
spec: {selector: {app: late}, publishNotReadyAddresses: true, clusterIP: None, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: manual, namespace: odd}
spec: {ports: [{port: 80, name: http, targetPort: 8080}, {port: 81, name: second}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: manual-1, namespace: odd, labels: {kubernetes.io/service-name: manual}}
addressType: IPv4
ports: [{name: http, port: 8080}]
endpoints: [{addresses: [10.1.0.1, 10.1.0.2], conditions: {ready: true}}, {addresses: [10.1.0.3], conditions: {ready: false}}, {addresses: [10.1.0.4]}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: manual-2, namespace: odd, labels: {kubernetes.io/service-name: manual}}
addressType: IPv6
ports: [{name: second, port: 81}]
endpoints: [{addresses: ["fd00::1"]}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: manual-3, namespace: odd, labels: {kubernetes.io/service-name: manual}}
addressType: FQDN
ports: []
endpoints: [{addresses: ["a.example.com"]}]
"#;
