//! Of `values`.

use super::{Retired, Successor, gone, moved, refused};

const MIXER: &str = "Mixer is gone; proxies do its work: Telemetry and AuthorizationPolicy objects";
const ADDON: &str = "addons are installed by their own charts or by Istio's samples/addons";
const INJECTOR: &str = "istiod injects; `components.pilot` sets it up";
const SDS: &str = "certificates are always fetched by SDS";
const MCP: &str = "`meshConfig.configSources` names sources of configuration";
const ONE: &str = "`meshConfig.discoverySelectors` says which namespaces istiod looks at";
const SNIFFING: &str = "protocols are always detected; `appProtocol` or the name of a port of a Service says which";
const FILTER: &str = "proxies have the filter built in; Telemetry objects set it up";
const STACKDRIVER: &str = "Telemetry objects and `meshConfig.extensionProviders` say what goes to Stackdriver";
const TRACER: &str =
    "Istio no longer traces with Stackdriver; `meshConfig.extensionProviders` names an OpenTelemetry one";
const NAMESPACE: &str = "what was there is gone, or is installed by itself";
const GATEWAY: &str = "Gateway objects say what a gateway serves";
const ANTI_AFFINITY: &str = "`components.pilot.k8s.affinity` says where istiod runs";
const REMOTE: &str = "`values.global.remotePilotAddress` names a remote istiod";
const DRAIN: &str = "`meshConfig.defaultConfig` has `drainDuration` and `terminationDrainDuration`";
const CONNECT: &str = "`meshConfig.connectTimeout` is for all proxies";
const EXPORT: &str = "`meshConfig.defaultServiceExportTo` says who sees Services";
const EAST_WEST: &str = "an east-west gateway lets in what is outside of the cluster";
const LIGHTSTEP: &str = "`meshConfig.defaultConfig.tracing` has `tlsSettings`";
const LABELS: &str = "the labels istio-injection and istio.io/rev of namespaces and pods say what is injected";

pub(super) const FIELDS: &[Retired] = &[
    // Charts that are gone.
    gone("spec.values.certmanager", 6, "cert-manager is installed by its own chart"),
    gone("spec.values.galley", 6, "istiod reads and checks configuration"),
    gone("spec.values.security", 6, "istiod signs certificates"),
    gone("spec.values.nodeagent", 6, "the proxy's own agent fetches certificates"),
    gone("spec.values.mixer", 8, MIXER),
    gone("spec.values.kiali", 8, ADDON),
    gone("spec.values.grafana", 8, ADDON),
    gone("spec.values.prometheus", 8, ADDON),
    gone("spec.values.prometheusOperator", 8, ADDON),
    gone("spec.values.tracing", 8, ADDON),
    gone("spec.values.istiocoredns", 9, "the proxy answers for names of the mesh"),
    gone("spec.values.kustomize", 8, "`components.*.k8s.overlays` patch objects"),
    gone("spec.values.version", 8, "`tag` says which version is installed"),
    gone("spec.values.clusterResources", 9, "objects of the whole cluster are always made"),
    // CNI.
    gone("spec.values.cni.ambient.redirectMode", 21, "there is one way of redirection"),
    gone("spec.values.cni.taint", 18, "`values.pilot.taint` keeps pods off nodes without CNI"),
    gone("spec.values.istio_cni.taint", 18, "`values.pilot.taint` keeps pods off nodes without CNI"),
    gone("spec.values.istioCni.taint", 18, "`values.pilot.taint` keeps pods off nodes without CNI"),
    moved("spec.values.istio_cni.*", 22, "spec.values.cni.*"),
    moved("spec.values.istioCni.*", 22, "spec.values.cni.*"),
    // Gateways.
    gone("spec.values.gateways.istio-ingressgateway.zvpn", 26, GATEWAY),
    gone("spec.values.gateways.istio-egressgateway.zvpn", 26, GATEWAY),
    gone("spec.values.gateways.istio-ingressgateway.applicationPorts", 8, "`ports` are the ports of the Service"),
    gone("spec.values.gateways.istio-ingressgateway.certificates", 8, GATEWAY),
    gone("spec.values.gateways.istio-ingressgateway.connectTimeout", 8, CONNECT),
    gone("spec.values.gateways.istio-egressgateway.connectTimeout", 8, CONNECT),
    gone("spec.values.gateways.istio-ingressgateway.debug", 8, "`values.global.proxy.logLevel` is for proxies"),
    gone("spec.values.gateways.istio-ingressgateway.domain", 8, GATEWAY),
    gone("spec.values.gateways.istio-ingressgateway.drainDuration", 8, DRAIN),
    gone("spec.values.gateways.istio-egressgateway.drainDuration", 8, DRAIN),
    gone(
        "spec.values.gateways.istio-ingressgateway.externalIPs",
        8,
        "`k8s.service.externalIPs` of the component has them",
    ),
    gone("spec.values.gateways.istio-ingressgateway.hosts", 8, GATEWAY),
    gone("spec.values.gateways.istio-ingressgateway.k8sIngress", 8, GATEWAY),
    gone("spec.values.gateways.istio-ingressgateway.k8sIngressHttps", 8, GATEWAY),
    gone("spec.values.gateways.istio-ingressgateway.meshExpansionPorts", 9, EAST_WEST),
    gone("spec.values.gateways.istio-ingressgateway.sds", 8, SDS),
    gone("spec.values.gateways.istio-ingressgateway.telemetryAddonGateways", 8, GATEWAY),
    gone("spec.values.gateways.istio-ingressgateway.telemetry_addon_gateways", 8, GATEWAY),
    gone("spec.values.gateways.istio-ingressgateway.telemetryDomainName", 8, GATEWAY),
    gone("spec.values.gateways.istio-ingressgateway.tls", 8, GATEWAY),
    // What is global.
    gone("spec.values.global.autoscalingv2API", 24, "autoscalers are always autoscaling/v2"),
    moved("spec.values.global.centralIstiod", 9, "spec.values.global.externalIstiod"),
    moved("spec.values.global.certificates", 7, "spec.meshConfig.certificates"),
    gone("spec.values.global.configNamespace", 8, NAMESPACE),
    moved("spec.values.global.configRootNamespace", 23, "spec.meshConfig.rootNamespace"),
    gone("spec.values.global.controlPlaneSecurityEnabled", 8, "proxies always reach istiod by mutual TLS"),
    gone("spec.values.global.createRemoteSvcEndpoints", 8, REMOTE),
    gone("spec.values.global.defaultConfigVisibilitySettings", 23, EXPORT),
    gone("spec.values.global.disablePolicyChecks", 7, MIXER),
    gone("spec.values.global.enableHelmTest", 8, "there are no test objects; `mesh verify` verifies"),
    moved("spec.values.global.enableTracing", 8, "spec.meshConfig.enableTracing"),
    gone("spec.values.global.istioRemote", 8, "`profile: remote` is for remote clusters"),
    gone("spec.values.global.istiod.enabled", 7, "there is always istiod"),
    gone("spec.values.global.k8sIngress", 6, "`meshConfig.ingressControllerMode` says which Ingress objects count"),
    moved("spec.values.global.localityLbSetting", 8, "spec.meshConfig.localityLbSetting"),
    gone("spec.values.global.meshExpansion", 9, EAST_WEST),
    gone("spec.values.global.monitoringPort", 8, "istiod tells its metrics on port 15014"),
    moved("spec.values.global.mtls.auto", 7, "spec.meshConfig.enableAutoMtls"),
    gone("spec.values.global.mtls", 7, "a PeerAuthentication object says where mutual TLS is a must"),
    gone("spec.values.global.oneNamespace", 22, ONE),
    moved("spec.values.global.outboundTrafficPolicy", 8, "spec.meshConfig.outboundTrafficPolicy"),
    gone("spec.values.global.policyCheckFailOpen", 8, MIXER),
    gone("spec.values.global.policyNamespace", 8, NAMESPACE),
    gone("spec.values.global.prometheusNamespace", 8, NAMESPACE),
    gone("spec.values.global.securityNamespace", 6, NAMESPACE),
    gone("spec.values.global.telemetryNamespace", 8, NAMESPACE),
    moved("spec.values.global.proxyInit", 14, "spec.values.global.proxy_init"),
    gone("spec.values.global.remotePilotCreateSvcEndpoint", 8, REMOTE),
    gone("spec.values.global.remotePolicyAddress", 8, MIXER),
    gone("spec.values.global.remoteTelemetryAddress", 8, MIXER),
    gone("spec.values.global.sds.enabled", 7, SDS),
    gone("spec.values.global.sds.udsPath", 7, SDS),
    gone("spec.values.global.sds.useNormalJwt", 7, SDS),
    gone("spec.values.global.sds.useTrustworthyJwt", 7, SDS),
    gone("spec.values.global.tracer.lightstep.cacertPath", 6, LIGHTSTEP),
    gone("spec.values.global.tracer.lightstep.secure", 6, LIGHTSTEP),
    refused("spec.values.global.tracer.stackdriver.debug", 23, TRACER),
    refused("spec.values.global.tracer.stackdriver.maxNumberOfAttributes", 23, TRACER),
    refused("spec.values.global.tracer.stackdriver.maxNumberOfAnnotations", 23, TRACER),
    refused("spec.values.global.tracer.stackdriver.maxNumberOfMessageEvents", 23, TRACER),
    moved("spec.values.global.trustDomain", 10, "spec.meshConfig.trustDomain"),
    moved("spec.values.global.trustDomainAliases", 8, "spec.meshConfig.trustDomainAliases"),
    gone("spec.values.global.useMCP", 23, MCP),
    // Proxies.
    moved("spec.values.global.proxy.accessLogFile", 7, "spec.meshConfig.accessLogFile"),
    moved("spec.values.global.proxy.accessLogFormat", 7, "spec.meshConfig.accessLogFormat"),
    moved("spec.values.global.proxy.accessLogEncoding", 7, "spec.meshConfig.accessLogEncoding"),
    moved("spec.values.global.proxy.concurrency", 7, "spec.meshConfig.defaultConfig.concurrency"),
    moved("spec.values.global.proxy.connectTimeout", 7, "spec.meshConfig.connectTimeout"),
    moved("spec.values.global.proxy.dnsRefreshRate", 6, "spec.meshConfig.dnsRefreshRate"),
    moved("spec.values.global.proxy.drainDuration", 7, "spec.meshConfig.defaultConfig.drainDuration"),
    gone("spec.values.global.proxy.parentShutdownDuration", 7, DRAIN),
    gone("spec.values.global.proxy.enableCoreDumpImage", 7, "`values.global.proxy.enableCoreDump` needs no image"),
    gone("spec.values.global.proxy.enabled", 7, "`components` says what is installed"),
    gone(
        "spec.values.global.proxy.kubevirtInterfaces",
        6,
        "the annotation traffic.sidecar.istio.io/kubevirtInterfaces names them",
    ),
    moved("spec.values.global.proxy.protocolDetectionTimeout", 7, "spec.meshConfig.protocolDetectionTimeout"),
    Retired {
        path: "spec.values.global.proxy.envoyStatsd",
        since: 7,
        successor: Successor::Address("spec.meshConfig.defaultConfig.statsdUdpAddress", None),
        now: "`meshConfig.defaultConfig.statsdUdpAddress` is its address",
    },
    Retired {
        path: "spec.values.global.proxy.envoyMetricsService",
        since: 7,
        successor: Successor::Address("spec.meshConfig.defaultConfig.envoyMetricsService.address", None),
        now: "`meshConfig.defaultConfig.envoyMetricsService` has its address",
    },
    Retired {
        path: "spec.values.global.proxy.envoyAccessLogService",
        since: 7,
        successor: Successor::Address(
            "spec.meshConfig.defaultConfig.envoyAccessLogService.address",
            Some("spec.meshConfig.enableEnvoyAccessLogService"),
        ),
        now: "`meshConfig.defaultConfig.envoyAccessLogService` has its address",
    },
    // istiod.
    gone("spec.values.pilot.appNamespaces", 8, ONE),
    gone("spec.values.pilot.configNamespace", 23, NAMESPACE),
    gone("spec.values.pilot.configSource", 23, MCP),
    gone("spec.values.pilot.enableProtocolSniffingForInbound", 23, SNIFFING),
    gone("spec.values.pilot.enableProtocolSniffingForOutbound", 23, SNIFFING),
    moved("spec.values.pilot.ingress.ingressService", 7, "spec.meshConfig.ingressService"),
    moved("spec.values.pilot.ingress.ingressControllerMode", 7, "spec.meshConfig.ingressControllerMode"),
    moved("spec.values.pilot.ingress.ingressClass", 7, "spec.meshConfig.ingressClass"),
    gone("spec.values.pilot.ingress", 7, "`meshConfig` says which Ingress objects count"),
    gone("spec.values.pilot.meshNetworks", 6, "no chart read it; `values.global.meshNetworks` has the networks"),
    gone("spec.values.pilot.plugins", 22, "what plugins did is always there"),
    gone("spec.values.pilot.podAntiAffinityLabelSelector", 8, ANTI_AFFINITY),
    gone("spec.values.pilot.podAntiAffinityTermLabelSelector", 8, ANTI_AFFINITY),
    gone("spec.values.pilot.policy", 8, MIXER),
    gone("spec.values.pilot.sidecar", 8, "istiod has no proxy beside it"),
    gone("spec.values.pilot.useMCP", 23, MCP),
    // Injection.
    gone("spec.values.sidecarInjectorWebhook.enabled", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.hub", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.image", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.tag", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.lifecycle", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.nodeSelector", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.podAnnotations", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.podAntiAffinityLabelSelector", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.podAntiAffinityTermLabelSelector", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.replicaCount", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.resources", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.rollingMaxSurge", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.rollingMaxUnavailable", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.tolerations", 6, INJECTOR),
    gone("spec.values.sidecarInjectorWebhook.selfSigned", 6, "istiod signs the certificate of its webhook"),
    gone("spec.values.sidecarInjectorWebhook.injectLabel", 8, LABELS),
    gone("spec.values.sidecarInjectorWebhook.objectSelector", 23, LABELS),
    gone("spec.values.sidecarInjectorWebhook.useLegacySelectors", 23, LABELS),
    // Telemetry.
    gone("spec.values.telemetry.v1", 8, MIXER),
    gone("spec.values.telemetry.v2.accessLogPolicy", 21, "Telemetry objects say what is logged"),
    gone("spec.values.telemetry.v2.metadataExchange", 21, FILTER),
    gone("spec.values.telemetry.v2.prometheus.configOverride", 21, FILTER),
    gone("spec.values.telemetry.v2.prometheus.wasmEnabled", 21, FILTER),
    gone("spec.values.telemetry.v2.stackdriver.configOverride", 21, STACKDRIVER),
    gone("spec.values.telemetry.v2.stackdriver.disableOutbound", 21, STACKDRIVER),
    gone("spec.values.telemetry.v2.stackdriver.inboundAccessLogging", 21, STACKDRIVER),
    gone("spec.values.telemetry.v2.stackdriver.logging", 21, STACKDRIVER),
    gone("spec.values.telemetry.v2.stackdriver.monitoring", 21, STACKDRIVER),
    gone("spec.values.telemetry.v2.stackdriver.outboundAccessLogging", 21, STACKDRIVER),
    gone("spec.values.telemetry.v2.stackdriver.topology", 21, STACKDRIVER),
];
