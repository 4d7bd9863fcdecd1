{{- define "matinee.labels" -}}
app.kubernetes.io/name: matinee
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* What tells one part's pods from all others. Takes {root, part}. */}}
{{- define "matinee.selector" -}}
app.kubernetes.io/name: matinee
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{/* What the scaler says has been steadied before: an autoscaler that follows it adds nothing. */}}
{{- define "matinee.at_once" -}}
{scaleUp: {stabilizationWindowSeconds: 0}, scaleDown: {stabilizationWindowSeconds: 0}}
{{- end }}

{{- define "matinee.claim" -}}
{{- .Values.home.existingClaim | default (printf "%s-home" .Release.Name) -}}
{{- end }}

{{/* Takes {root, image}: one of .Values.images. */}}
{{- define "matinee.image" -}}
{{- if .image.digest -}}
{{- printf "%s@%s" .image.repository .image.digest -}}
{{- else -}}
{{- printf "%s:%s" .image.repository (.image.tag | default .root.Chart.AppVersion) -}}
{{- end -}}
{{- end }}

{{/* Services are asked by the names of their Kubernetes Services, <release>-<service>: by the whole name, as nginx completes none. Takes {root, part}. */}}
{{- define "matinee.address" -}}
{{- printf "http://%s-%s.%s.svc.%s:8000" .root.Release.Name .part .root.Release.Namespace .root.Values.clusterDomain -}}
{{- end }}

{{- define "matinee.environment" -}}
- {name: MATINEE_PUBLIC_URL, value: {{ .Values.publicUrl | quote }}}
- {name: MATINEE_ADDRESS, value: "0.0.0.0:8000"}
- {name: MATINEE_SERVICES_URL, value: {{ include "matinee.address" (dict "root" . "part" "{service}") | quote }}}
- {name: MATINEE_DELIVERY_OWN_EDGE_URL, value: {{ include "matinee.address" (dict "root" . "part" "front") | quote }}}
- {name: MATINEE_TRUSTED_PROXIES, value: {{ .Values.trustedProxies | toJson | quote }}}
- {name: MATINEE_MEDIA_URL, value: {{ .Values.mediaUrl | quote }}}
- {name: MATINEE_S3_ENDPOINT, value: {{ .Values.s3Endpoint | quote }}}
- {name: MATINEE_COUNTRY, value: {{ .Values.country | quote }}}
{{- if .Values.simulator.enabled }}
- {name: MATINEE_BILLING_SIMULATOR_URL, value: {{ include "matinee.address" (dict "root" . "part" "simulator") | quote }}}
{{- end }}
{{- range $name, $value := .Values.settings }}
- {name: {{ $name }}, value: {{ $value | toString | quote }}}
{{- end }}
- name: MATINEE_DATABASE_URL
  valueFrom: {secretKeyRef: {name: {{ .Values.existingSecret }}, key: database-url}}
- name: MATINEE_REDIS_URL
  valueFrom: {secretKeyRef: {name: {{ .Values.existingSecret }}, key: redis-url}}
- name: AWS_ACCESS_KEY_ID
  valueFrom: {secretKeyRef: {name: {{ .Values.existingSecret }}, key: access-key-id, optional: true}}
- name: AWS_SECRET_ACCESS_KEY
  valueFrom: {secretKeyRef: {name: {{ .Values.existingSecret }}, key: secret-access-key, optional: true}}
{{- end }}

{{- define "matinee.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "matinee.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "matinee.mounts" -}}
- {name: home, mountPath: /var/lib/matinee}
- {name: run, mountPath: /var/lib/matinee/run}
- {name: tmp, mountPath: /tmp}
{{- end }}

{{- define "matinee.volumes" -}}
- name: home
  persistentVolumeClaim: {claimName: {{ include "matinee.claim" . }}}
- name: run
  emptyDir: {medium: Memory, sizeLimit: 16Mi}
{{- end }}

{{/*
The pods of one part. Takes {root, part, image, command, resources} and, as far as it has them: port, readiness (a path),
liveness (a path), tmp (size), env (more of it), drain (seconds).
*/}}
{{- define "matinee.pod" -}}
metadata:
  labels:
    {{- include "matinee.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .part }}
spec:
  serviceAccountName: {{ .root.Release.Name }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .drain | default 40 }}
  securityContext:
    {{- include "matinee.podSecurity" .root | nindent 4 }}
  {{- with .root.Values.images.pullSecrets }}
  imagePullSecrets: {{ toJson . }}
  {{- end }}
  {{- with .root.Values.nodeSelector }}
  nodeSelector: {{ toJson . }}
  {{- end }}
  {{- with .root.Values.tolerations }}
  tolerations: {{ toJson . }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: topology.kubernetes.io/zone
      whenUnsatisfiable: ScheduleAnyway
      labelSelector: {matchLabels: {{ include "matinee.selector" . | fromYaml | toJson }}}
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector: {matchLabels: {{ include "matinee.selector" . | fromYaml | toJson }}}
  containers:
    - name: {{ .part }}
      image: {{ include "matinee.image" . }}
      imagePullPolicy: {{ .root.Values.images.pullPolicy }}
      args: {{ toJson .command }}
      env:
        {{- include "matinee.environment" .root | nindent 8 }}
        {{- range $name, $value := .env }}
        - {name: {{ $name }}, value: {{ $value | toString | quote }}}
        {{- end }}
        {{- if not .readiness }}
        - {name: MATINEE_READY_FILE, value: /tmp/ready}
        {{- end }}
      securityContext:
        {{- include "matinee.containerSecurity" .root | nindent 8 }}
      resources: {{ toJson .resources }}
      {{- if .readiness }}
      ports:
        - {name: http, containerPort: {{ .port }}}
      startupProbe:
        httpGet: {path: {{ .readiness }}, port: http}
        periodSeconds: 2
        failureThreshold: 60
      readinessProbe:
        httpGet: {path: {{ .readiness }}, port: http}
        periodSeconds: 5
        timeoutSeconds: 4
        failureThreshold: 2
      livenessProbe:
        httpGet: {path: {{ .liveness }}, port: http}
        periodSeconds: 15
        timeoutSeconds: 10
        failureThreshold: 4
      lifecycle:
        # Whoever passes requests on hears of the end a little later than the container does.
        preStop: {exec: {command: ["sleep", "5"]}}
      {{- else }}
      startupProbe:
        exec: {command: ["test", "-e", "/tmp/ready"]}
        periodSeconds: 2
        failureThreshold: 60
      readinessProbe:
        exec: {command: ["test", "-e", "/tmp/ready"]}
        periodSeconds: 10
      # It is touched for as long as the process goes round. A broker that is away is no reason to end what is in hand.
      livenessProbe:
        exec: {command: ["sh", "-c", 'test -n "$(find /tmp/ready -mmin -1)"']}
        periodSeconds: 30
        timeoutSeconds: 10
        failureThreshold: 10
      {{- end }}
      volumeMounts:
        {{- include "matinee.mounts" .root | nindent 8 }}
  volumes:
    {{- include "matinee.volumes" .root | nindent 4 }}
    - name: tmp
      emptyDir: {sizeLimit: {{ .tmp | default "256Mi" }}}
{{- end }}
