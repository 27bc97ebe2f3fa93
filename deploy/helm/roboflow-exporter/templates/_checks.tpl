{{/* What no schema can check. Each message names the value and the remedy. */}}
{{- define "roboflow-exporter.checks" -}}
{{- if not .Values.existingSecret }}
{{- fail "existingSecret: set it to the name of a Secret that holds the API key, made for example by: kubectl create secret generic roboflow --from-file=api-key=FILE" }}
{{- end }}
{{- if gt (int .Values.shards) 1 }}
{{- if not .Values.config.workspaces }}
{{- fail "shards: there is only one workspace; list several in config.workspaces, each with a name and an api_key_file" }}
{{- end }}
{{- if ne .Values.service.type "ClusterIP" }}
{{- fail "service.type: with several shards it must be ClusterIP, since any other would show one shard at random" }}
{{- end }}
{{- if .Values.persistence.existingClaim }}
{{- fail "persistence.existingClaim: with several shards each has a claim of its own; remove it" }}
{{- end }}
{{- end }}
{{- with .Values.web }}
{{- if and .config .existingSecretKey }}
{{- fail "web.existingSecretKey: give the web configuration as web.config or as an entry of the Secret, not as both" }}
{{- end }}
{{- if and .existingSecretKey (not .existingSecret) }}
{{- fail "web.existingSecret: set it to the name of the Secret that has the entry web.existingSecretKey" }}
{{- end }}
{{- if and .existingSecret (not .config) (not .existingSecretKey) }}
{{- fail "web.existingSecretKey: set it to the entry that is the web configuration file, or give the file as web.config" }}
{{- end }}
{{- end }}
{{- if and .Values.serviceMonitor.enabled (not (include "roboflow-exporter.scheme" .)) }}
{{- fail "serviceMonitor.scheme: set it to https or http, since the chart cannot read the Secret with the web configuration" }}
{{- end }}
{{- end -}}
