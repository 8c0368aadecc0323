{{- /*
The tag `default` on this revision: injects pods that name no revision and validates configuration that names none. Only an
installation has these objects; they stay when the revision they point to changes. What the user set for istiod's own
Service does not apply to that of the tag.
*/}}
{{- define "default-tag" }}
{{- include "injector" (dict "root" . "name" "istio-revision-tag-default" "selects" "default" "unlabelled" true
    "tag" "default") }}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: istiod-default-validator
  labels:
    app: istiod
    istio: istiod
    istio.io/tag: default
    {{- include "labels.revision" . | nindent 4 }}
webhooks:
  {{- include "validation-webhook" (dict "root" . "name" "validation.istio.io" "service" (printf "istiod%s" .Suffix)
      "url" (regexReplaceAll "^(https?://[^/]*).*$" (.Values.istiodRemote.injectionURL | default "") "${1}/validate")
      "ca" .Values.istiodRemote.injectionCABundle "policy" "Ignore" "unlabelled" true) | nindent 2 }}
---
apiVersion: v1
kind: Service
metadata:
  name: istiod-revision-tag-default
  namespace: {{ .Release.Namespace }}
  labels:
    istio.io/tag: default
    {{- include "istiod-labels" . | nindent 4 }}
spec:
  ports:
    {{- include "istiod-ports" . | nindent 4 }}
  selector: {app: istiod, istio.io/rev: {{ .Revision | quote }}}
{{- end }}
