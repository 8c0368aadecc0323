{{- /* `.Gateway` are the values of the gateway at hand, whichever way its traffic goes. */}}

{{- /* The user's labels, under those that say whose the object is. */}}
{{- define "gateway-labels" -}}
{{- mergeOverwrite (dict) (.Gateway.labels | default dict) (include "labels.revision" . | fromYaml) | toYaml }}
{{- end }}

{{- define "gateway-volumes" -}}
{{- range .secretVolumes }}
- name: {{ .name }}
  secret: {secretName: {{ .secretName | quote }}, optional: true}
{{- end }}
{{- range .configVolumes }}
- name: {{ .name }}
  configMap: {name: {{ .configMapName | quote }}, optional: true}
{{- end }}
{{- end }}

{{- /* A ConfigMap may be there for others to mount; a Secret has to be mounted, and Kubernetes says where it is not told. */}}
{{- define "gateway-mounts" -}}
{{- range .secretVolumes }}
- {name: {{ .name }}, mountPath: {{ quote .mountPath }}, readOnly: true}
{{- end }}
{{- range .configVolumes }}
{{- if .mountPath }}
- {name: {{ .name }}, mountPath: {{ .mountPath | quote }}, readOnly: true}
{{- end }}
{{- end }}
{{- end }}

{{- /* Nodes of the wanted architectures and labels; pods away from those the gateway names. */}}
{{- define "gateway-affinity" -}}
{{- $selector := .Gateway.nodeSelector | default .Values.global.defaultNodeSelector }}
{{- $wanted := dict }}
{{- range $arch, $weight := .Values.global.arch }}
  {{- if gt (int $weight) 0 }}{{ $_ := set $wanted $arch (int $weight) }}{{ end }}
{{- end }}
nodeAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    {{- if or .Values.global.arch $selector }}
    nodeSelectorTerms:
      - matchExpressions:
          {{- if .Values.global.arch }}
          - key: kubernetes.io/arch
            operator: In
            values:
              {{- range $arch, $_ := $wanted }}
              - {{ $arch | quote }}
              {{- end }}
          {{- end }}
          {{- range $key, $value := $selector }}
          - {key: {{ $key }}, operator: In, values: [{{ $value | quote }}]}
          {{- end }}
    {{- end }}
  preferredDuringSchedulingIgnoredDuringExecution:
    {{- range $arch, $weight := $wanted }}
    - weight: {{ $weight }}
      preference:
        matchExpressions:
          - {key: kubernetes.io/arch, operator: In, values: [{{ $arch | quote }}]}
    {{- end }}
{{- if or .Gateway.podAntiAffinityLabelSelector .Gateway.podAntiAffinityTermLabelSelector }}
podAntiAffinity:
  {{- with .Gateway.podAntiAffinityLabelSelector }}
  requiredDuringSchedulingIgnoredDuringExecution:
    {{- range . }}
    -
      {{- include "apart-from" . | nindent 6 }}
      {{- with .namespaces }}
      namespaces:
        {{- splitList "," . | toYaml | nindent 8 }}
      {{- end }}
    {{- end }}
  {{- end }}
  {{- with .Gateway.podAntiAffinityTermLabelSelector }}
  preferredDuringSchedulingIgnoredDuringExecution:
    {{- range . }}
    - weight: 100
      podAffinityTerm:
        {{- include "apart-from" . | nindent 8 }}
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "apart-from" -}}
topologyKey: {{ .topologyKey }}
labelSelector:
  matchExpressions:
    - key: {{ .key }}
      operator: {{ .operator }}
      {{- with .values }}
      values:
        {{- splitList "," . | toYaml | nindent 8 }}
      {{- end }}
{{- end }}
