{{- define "roboflow-exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release's name, followed by the chart's unless it contains it. */}}
{{- define "roboflow-exporter.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "roboflow-exporter.name" . -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "roboflow-exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "roboflow-exporter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "roboflow-exporter.labels" -}}
{{ include "roboflow-exporter.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "roboflow-exporter.serviceAccountName" -}}
{{- ternary (default (include "roboflow-exporter.fullname" .) .Values.serviceAccount.name) (default "default" .Values.serviceAccount.name) .Values.serviceAccount.create -}}
{{- end -}}

{{- define "roboflow-exporter.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{/* The configuration file, with the Secret's one key where it names no workspace. */}}
{{- define "roboflow-exporter.config" -}}
{{- if .Values.config -}}
{{- toYaml .Values.config -}}
{{- else -}}
workspaces:
  - api_key_file: /run/secrets/roboflow-exporter/{{ .Values.existingSecretKey }}
{{- end -}}
{{- end -}}

{{/* The path of the web configuration file, if there is one. */}}
{{- define "roboflow-exporter.webFile" -}}
{{- if .Values.web.config -}}
/etc/roboflow-exporter/web.yml
{{- else if .Values.web.existingSecretKey -}}
/run/secrets/roboflow-exporter-web/{{ .Values.web.existingSecretKey }}
{{- end -}}
{{- end -}}

{{/* Both configuration files. */}}
{{- define "roboflow-exporter.configs" -}}
config.yaml: |
  {{- include "roboflow-exporter.config" . | nindent 2 }}
{{- with .Values.web.config }}
web.yml: |
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* http or https, or nothing if the chart cannot know. */}}
{{- define "roboflow-exporter.scheme" -}}
{{- if .Values.serviceMonitor.scheme -}}
{{ .Values.serviceMonitor.scheme }}
{{- else if not .Values.web.existingSecretKey -}}
{{ ternary "https" "http" (hasKey .Values.web.config "tls_server_config") }}
{{- end -}}
{{- end -}}

{{/* Where the last good poll is kept: emptyDir, claim, claimTemplate (one for each shard), or nothing. */}}
{{- define "roboflow-exporter.storage" -}}
{{- if .Values.persistence.enabled -}}
{{- if and (eq .Values.persistence.kind "claim") (gt (int .Values.shards) 1) -}}
claimTemplate
{{- else -}}
{{ .Values.persistence.kind }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "roboflow-exporter.claim" -}}
accessModes: {{- toYaml .Values.persistence.accessModes | nindent 2 }}
{{- with .Values.persistence.storageClassName }}
storageClassName: {{ . }}
{{- end }}
resources:
  requests: { storage: {{ .Values.persistence.size }} }
{{- end -}}
