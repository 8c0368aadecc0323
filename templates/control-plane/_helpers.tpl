{{- /* The two ways of an istiod that is elsewhere (`istiodRemote`): say something where the answer is yes. */}}

{{- /* istiod itself runs in this cluster, be it only to inject. */}}
{{- define "runs-here" -}}
{{- if or (not .Values.istiodRemote.enabled) .Values.istiodRemote.enabledLocalInjectorIstiod }}yes{{ end }}
{{- end }}

{{- /* An istiod, wherever it runs, takes its configuration from this cluster. */}}
{{- define "configured-here" -}}
{{- if or (include "runs-here" .) .Values.global.configCluster }}yes{{ end }}
{{- end }}

{{- /* The remote istiod is reached at an address rather than at a host name. */}}
{{- define "remote-address-type" -}}
{{- if regexMatch "^([0-9]*\\.){3}[0-9]*$" .Values.global.remotePilotAddress }}IPv4
{{- else if regexMatch "^([0-9a-fA-F]*:)+[0-9a-fA-F]*$" .Values.global.remotePilotAddress }}IPv6
{{- end }}
{{- end }}

{{- /* What tells the istiod pods of this revision from those of others; without a revision they have a label of their own. */}}
{{- define "istiod-generation" -}}
{{- if .Suffix }}istio.io/rev: {{ .Revision | quote }}{{ else }}istio: pilot{{ end }}
{{- end }}

{{- define "istiod-pods" -}}
app: istiod
{{ include "istiod-generation" . }}
{{- end }}

{{- define "istiod-labels" -}}
app: istiod
istio: pilot
{{ include "labels.revision" . }}
{{- end }}

{{- define "rbac-labels" -}}
app: istiod
release: {{ .Release.Name | quote }}
{{ include "labels.app" . }}
{{- end }}

{{- /* Plain xDS, xDS with TLS, the webhooks, metrics. */}}
{{- define "istiod-ports" -}}
- {name: grpc-xds, port: 15010, protocol: TCP}
- {name: https-dns, port: 15012, protocol: TCP}
- {name: https-webhook, port: 443, targetPort: 15017, protocol: TCP}
- {name: http-monitoring, port: 15014, protocol: TCP}
{{- end }}
