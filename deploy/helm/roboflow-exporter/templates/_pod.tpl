{{/* The pod of the Deployment and of the StatefulSet: its metadata and spec. */}}
{{- define "roboflow-exporter.pod" -}}
metadata:
  labels:
    {{- include "roboflow-exporter.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # A changed configuration replaces the pods.
    checksum/config: {{ include "roboflow-exporter.configs" . | sha256sum }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "roboflow-exporter.serviceAccountName" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: { type: RuntimeDefault }
  containers:
    - name: roboflow-exporter
      image: {{ include "roboflow-exporter.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        - --config.file=/etc/roboflow-exporter/config.yaml
        {{- if .Values.persistence.enabled }}
        - --storage.path=/var/lib/roboflow-exporter
        {{- end }}
        {{- with include "roboflow-exporter.webFile" . }}
        - --web.config.file={{ . }}
        {{- end }}
        {{- if gt (int .Values.shards) 1 }}
        - --shard=auto/{{ .Values.shards }}
        {{- end }}
        {{- with .Values.extraArgs }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .Values.extraEnv }}
      env: {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - { name: metrics, containerPort: 17626, protocol: TCP }
      {{- if include "roboflow-exporter.webFile" . }}
      # A probe by HTTP comes from the node, without password and certificate; the command asks from within.
      readinessProbe:
        exec: { command: [node, /app/dist/main.js, healthcheck] }
        periodSeconds: 30
        timeoutSeconds: 5
      livenessProbe:
        exec: { command: [node, /app/dist/main.js, healthcheck] }
        periodSeconds: 30
        timeoutSeconds: 5
      {{- else }}
      # The first poll of every workspace has succeeded or failed. An API that fails does not make a pod unready.
      readinessProbe:
        httpGet: { path: /-/ready, port: metrics }
        periodSeconds: 10
      livenessProbe:
        httpGet: { path: /-/healthy, port: metrics }
        periodSeconds: 30
        timeoutSeconds: 5
      {{- end }}
      {{- with .Values.resources }}
      resources: {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      volumeMounts:
        - { name: config, mountPath: /etc/roboflow-exporter, readOnly: true }
        - { name: keys, mountPath: /run/secrets/roboflow-exporter, readOnly: true }
        {{- if .Values.persistence.enabled }}
        - { name: storage, mountPath: /var/lib/roboflow-exporter }
        {{- end }}
        {{- if .Values.web.existingSecret }}
        - { name: web, mountPath: /run/secrets/roboflow-exporter-web, readOnly: true }
        {{- end }}
        {{- with .Values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: config
      configMap: { name: {{ include "roboflow-exporter.fullname" . }} }
    - name: keys
      # 288 is 0440: readable by the pod's group alone.
      secret: { secretName: {{ .Values.existingSecret | quote }}, defaultMode: 288 }
    {{- if .Values.web.existingSecret }}
    - name: web
      secret: { secretName: {{ .Values.web.existingSecret | quote }}, defaultMode: 288 }
    {{- end }}
    {{- if eq (include "roboflow-exporter.storage" .) "emptyDir" }}
    - name: storage
      emptyDir: { sizeLimit: {{ .Values.persistence.size }} }
    {{- else if eq (include "roboflow-exporter.storage" .) "claim" }}
    - name: storage
      persistentVolumeClaim:
        claimName: {{ default (include "roboflow-exporter.fullname" .) .Values.persistence.existingClaim }}
    {{- end }}
    {{- with .Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
