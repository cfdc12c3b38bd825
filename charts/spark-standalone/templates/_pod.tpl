{{/* What pods have in common. Each takes dict "root" $ "values" .Values.sparkMaster "part" "master". */}}

{{- define "spark.podSecurity" -}}
runAsNonRoot: true
{{- with .Values.security.runAsUser }}
runAsUser: {{ int64 . }}
{{- end }}
{{- with .Values.security.fsGroup }}
fsGroup: {{ int64 . }}
fsGroupChangePolicy: OnRootMismatch
{{- end }}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "spark.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "spark.image" -}}
image: {{ printf "%s:%s" .repository (include "spark.text" .tag) | quote }}
imagePullPolicy: {{ .pullPolicy }}
{{- end }}

{{/* Everything of a pod's spec before its containers. No links: Kubernetes would make a variable SPARK_MASTER_PORT=tcp://10.0.0.1:7077
     of the Service spark-master, and Spark reads that name as its own. */}}
{{- define "spark.podHead" -}}
serviceAccountName: {{ include "spark.serviceAccountName" .root }}
automountServiceAccountToken: {{ .token | default false }}
enableServiceLinks: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "spark.podSecurity" .root | nindent 2 }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The checksum restarts pods when what is mounted into them as single files changes: those are not renewed in place. */}}
{{- define "spark.podAnnotations" -}}
checksum/conf: {{ printf "%s%s" (include "spark.conf" .root) (toYaml .root.Values.confFiles) | sha256sum }}
{{- with .values.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Whether a part has the keys of S3: the Masters and the history server; applications where they may; the shuffle service never. */}}
{{- define "spark.hasS3" -}}
{{- if or (has .part (list "master" "history")) (and .root.Values.s3.forApplications (ne .part "shuffle")) -}}true{{- end -}}
{{- end }}

{{/* A driver that is started in any pod, and a Worker, advertise the pod's address: its name resolves nowhere else. Java takes its user's
     home from /etc/passwd, where a pod may not write, and --packages puts jars below it. */}}
{{- define "spark.env" -}}
- {name: SPARK_LOCAL_HOSTNAME, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
- {name: HOME, value: /tmp}
- {name: SPARK_SUBMIT_OPTS, value: -Duser.home=/tmp}
{{- $s3 := .root.Values.s3 }}
{{- if include "spark.hasS3" . }}
{{- with include "spark.s3Secret" .root }}
- name: AWS_ACCESS_KEY_ID
  valueFrom: {secretKeyRef: {name: {{ . }}, key: {{ $s3.existingSecretKeys.accessKey }}}}
- name: AWS_SECRET_ACCESS_KEY
  valueFrom: {secretKeyRef: {name: {{ . }}, key: {{ $s3.existingSecretKeys.secretKey }}}}
{{- end }}
{{- if or $s3.recoveryBucket $s3.eventsBucket }}
- {name: AWS_REGION, value: {{ $s3.region | quote }}}
{{- end }}
{{- end }}
{{- with .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Single files, so that others in the image's folder stay to be seen. */}}
{{- define "spark.mounts" -}}
- {name: conf, mountPath: /opt/spark/conf/spark-defaults.conf, subPath: spark-defaults.conf, readOnly: true}
{{- range $name, $_ := .root.Values.confFiles }}
- {name: conf, mountPath: /opt/spark/conf/{{ $name }}, subPath: {{ $name }}, readOnly: true}
{{- end }}
- {name: tmp, mountPath: /tmp}
{{- if and (eq (include "spark.events" .root) "volume") (ne .part "shuffle") }}
- {name: events, mountPath: {{ .root.Values.events.dir }}}
{{- end }}
{{- with .values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "spark.volumes" -}}
- name: conf
  configMap: {name: {{ include "spark.fullname" .root }}-conf}
- name: tmp
  emptyDir: {}
{{- if and (eq (include "spark.events" .root) "volume") (ne .part "shuffle") }}
- name: events
  persistentVolumeClaim: {claimName: {{ .root.Values.events.persistence.existingClaim | default (printf "%s-events" (include "spark.fullname" .root)) }}}
{{- end }}
{{- with .values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Health, as every daemon answers it beside its page. A JVM needs longer: "patience". */}}
{{- define "spark.probes" -}}
startupProbe:
  httpGet: {path: {{ .alive }}, port: web-ui}
  periodSeconds: 1
  failureThreshold: {{ .patience | default 60 }}
livenessProbe:
  httpGet: {path: {{ .alive }}, port: web-ui}
  periodSeconds: 10
  timeoutSeconds: 6
  failureThreshold: 3
readinessProbe:
  httpGet: {path: {{ .ready }}, port: web-ui}
  periodSeconds: {{ .every | default 5 }}
  timeoutSeconds: 6
  failureThreshold: 2
{{- end }}
