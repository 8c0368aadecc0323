{{- /* What judges Istio configuration before it is stored. */}}

{{- define "validated-resources" -}}
- apiGroups: [security.istio.io, networking.istio.io, telemetry.istio.io, extensions.istio.io]
  apiVersions: ["*"]
  operations: [CREATE, UPDATE]
  resources: ["*"]
{{- end }}

{{- /*
The entry of a ValidatingWebhookConfiguration: root, name, service, url and ca (instead of the service), policy; for
configuration of one revision (revision) or of none (unlabelled).
*/}}
{{- define "validation-webhook" -}}
- name: {{ .name }}
  admissionReviewVersions: [v1]
  clientConfig:
    {{- with .url }}
    url: {{ . | quote }}
    {{- else }}
    service:
      name: {{ .service }}
      namespace: {{ .root.Values.global.istioNamespace }}
      path: /validate
    {{- end }}
    {{- with .ca }}
    caBundle: {{ . | quote }}
    {{- end }}
  failurePolicy: {{ .policy }}
  rules:
    {{- include "validated-resources" . | nindent 4 }}
  sideEffects: None
  {{- if .revision }}
  objectSelector:
    matchExpressions:
      - {key: istio.io/rev, operator: In, values: [{{ .revision | quote }}]}
  {{- else if .unlabelled }}
  objectSelector:
    matchExpressions:
      - {key: istio.io/rev, operator: DoesNotExist}
  {{- end }}
{{- end }}

{{- /*
It fails open until istiod, once it answers, patches its CA in and closes it; with a CA from outside it is closed at once.
Takes `.Values.base`.
*/}}
{{- define "validation-policy" -}}
{{- if .validationCABundle }}Fail{{ else }}{{ .validationFailurePolicy | default "Ignore" }}{{ end }}
{{- end }}

{{- /*
The stable channel: refuses Istio configuration whose kind or fields are not stable yet. Takes policy and binding (names),
labels (YAML), and revision where it judges the configuration of one revision only.
*/}}
{{- define "stable-channel" -}}
{{- $unstableKinds := list "EnvoyFilter" "WasmPlugin" "ProxyConfig" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {{ .policy }}
  labels:
    {{- .labels | nindent 4 }}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      {{- include "validated-resources" . | nindent 6 }}
    {{- with .revision }}
    objectSelector:
      matchExpressions:
        - {key: istio.io/rev, operator: In, values: [{{ . | quote }}]}
    {{- end }}
  variables:
    {{- range concat $unstableKinds (list "Telemetry" "AuthorizationPolicy") }}
    - name: is{{ . }}
      expression: object.kind == '{{ . }}'
    {{- end }}
  validations:
    {{- range $unstableKinds }}
    - expression: "!variables.is{{ . }}"
    {{- end }}
    - expression: |
        !(
          variables.isTelemetry && (
            {{- range $i, $part := list
                (list "tracing" "t" "useRequestIdForTraceSampling")
                (list "metrics" "m" "reportingInterval")
                (list "accessLogging" "l" "filter") }}
            {{- $field := printf "object.spec.%s" (index $part 0) }}{{ $item := index $part 1 }}
            {{- if $i }} ||{{ end }}
            (has({{ $field }}) ? {{ $field }} : {}).exists({{ $item }}, has({{ $item }}.{{ index $part 2 }}))
            {{- end }}
          )
        )
    - expression: |-
        !(
          variables.isAuthorizationPolicy &&
          has(object.spec.rules) &&
          object.spec.rules.exists(r,
            has(r.from) && r.from.exists(f,
              has(f.source) && ({{ range $i, $field := list "trustDomains" "notTrustDomains" }}{{ if $i }} || {{ end }}has(f.source.{{ $field }}){{ end }})
            )
          )
        )
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ .binding }}
spec:
  policyName: {{ .policy }}
  validationActions: [Deny]
{{- end }}
