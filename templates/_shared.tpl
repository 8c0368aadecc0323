{{- /*
What several components say the same way. Every template sees, besides `.Values`, `.Release` and `.Capabilities`:
  .Component  Label, App, Chart and Version of the component, as labels want them
  .Revision   the revision, `default` where none is set; .Suffix is what names end with: nothing, or `-REVISION`
*/}}

{{- /* Labels of every object. */}}
{{- define "labels.common" -}}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
app.kubernetes.io/part-of: istio
app.kubernetes.io/version: {{ .Component.Version | quote }}
helm.sh/chart: {{ .Component.Chart | quote }}
{{- end }}

{{- /* The same, and whose they are. */}}
{{- define "labels.app" -}}
app.kubernetes.io/name: {{ .Component.App }}
{{ include "labels.common" . }}
{{- end }}

{{- /* What tells the pods of one installation from those of another. */}}
{{- define "labels.owner" -}}
install.operator.istio.io/owning-resource: {{ .Values.ownerName | default "unknown" | quote }}
operator.istio.io/component: {{ .Component.Label }}
{{- end }}

{{- /* Labels of an object that belongs to one revision. */}}
{{- define "labels.revision" -}}
istio.io/rev: {{ .Revision | quote }}
release: {{ .Release.Name | quote }}
{{ include "labels.owner" . }}
{{ include "labels.app" . }}
{{- end }}

{{- /* HUB/IMAGE:TAG-VARIANT, unless the image is a whole reference already. */}}
{{- define "image" -}}
{{- if contains "/" .image }}{{ .image }}{{ else }}{{ .hub }}/{{ .image }}:{{ .tag }}{{ with .variant }}-{{ . }}{{ end }}{{ end }}
{{- end }}

{{- /* Limits and requests without the quantities that are not set: `limits: {cpu: null}` takes a default away. */}}
{{- define "resources" -}}
{{- range $bound := list "limits" "requests" }}
  {{- $set := list }}
  {{- range $name, $quantity := index $ $bound }}
    {{- if $quantity }}{{ $set = append $set (printf "%s: %v" $name $quantity) }}{{ end }}
  {{- end }}
  {{- with $set }}
{{ $bound }}: { {{- join ", " . -}} }
  {{- end }}
{{- end }}
{{- end }}

{{- /* Takes the secret names of the service account. */}}
{{- define "pull-secrets" -}}
{{- with . }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* Takes (port, port, …): one ingress rule that lets these TCP ports in from anywhere. */}}
{{- define "let-in" -}}
- ports:
  {{- range . }}
  - {protocol: TCP, port: {{ . }}}
  {{- end }}
{{- end }}

{{- /* Takes a map of environment variables; one without a value is there, and empty. */}}
{{- define "env" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ quote $value | default `""` }}
{{- end }}
{{- end }}

{{- /* The same for a pod that is injected: a variable without a value is left to its default. */}}
{{- define "env.injected" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ quote $value }}
{{- end }}
{{- end }}

{{- /* Takes (variable, field path) pairs: variables that tell a container about its own pod. */}}
{{- define "env.fields" -}}
{{- range . }}
- name: {{ index . 0 }}
  valueFrom:
    fieldRef: {fieldPath: {{ index . 1 }}}
{{- end }}
{{- end }}

{{- /* Takes (variable, resource) pairs: the container's own limits. */}}
{{- define "env.limits" -}}
{{- range . }}
- name: {{ index . 0 }}
  valueFrom:
    resourceFieldRef: {resource: limits.{{ index . 1 }}, divisor: "1"}
{{- end }}
{{- end }}

{{- /* Takes (resource, percent): a metric of a HorizontalPodAutoscaler. */}}
{{- define "utilization" }}
- type: Resource
  resource:
    name: {{ index . 0 }}
    target: {type: Utilization, averageUtilization: {{ index . 1 }}}
{{- end }}

{{- /* Takes a map with ipFamilyPolicy and ipFamilies: what a Service says of them. */}}
{{- define "ip-families" }}
{{- with .ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with .ipFamilies }}
ipFamilies:
  {{- range . }}
  - {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* Takes how many pods: the spec of a ResourceQuota that lets node-critical pods into a namespace. */}}
{{- define "node-critical-quota" -}}
hard: {pods: {{ . | quote }}}
scopeSelector:
  matchExpressions:
    - {scopeName: PriorityClass, operator: In, values: [system-node-critical]}
{{- end }}
