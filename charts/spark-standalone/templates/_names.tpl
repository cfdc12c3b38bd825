{{/* Names, labels and addresses. */}}

{{- define "spark.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 48 | trimSuffix "-" -}}
{{- end }}

{{- define "spark.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "spark.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end }}

{{/* What selects the pods of a part: dict "root" $ "part" "master". */}}
{{- define "spark.selector" -}}
app: spark-{{ .part }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "spark.labels" -}}
{{ include "spark.selector" . }}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/component: {{ .part }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Labels of a pod of that part: those that upgrades leave alone, and the operator's. */}}
{{- define "spark.podLabels" -}}
{{ include "spark.selector" . }}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/component: {{ .part }}
{{- with .values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The name that a Master gives itself, under which its Service is: dict "root" $ "number" 1. */}}
{{- define "spark.masterHost" -}}
{{- $name := printf "%s-master" (include "spark.fullname" .root) -}}
{{- if gt (int .root.Values.sparkMaster.replicas) 1 -}}{{ $name }}-{{ .number }}{{- else -}}{{ $name }}{{- end -}}
{{- end }}

{{/* The Deployment of a Master: the first one has the name that is there with one Master too. */}}
{{- define "spark.masterDeployment" -}}
{{- $name := printf "%s-master" (include "spark.fullname" .root) -}}
{{- if gt (int .number) 1 -}}{{ $name }}-{{ .number }}{{- else -}}{{ $name }}{{- end -}}
{{- end }}

{{/* What Workers and applications dial: every Master. */}}
{{- define "spark.masterUrl" -}}
{{- $root := . -}}
{{- $port := int .Values.sparkMaster.service.ports.rpc -}}
{{- $places := list -}}
{{- range $number := untilStep 1 (int (add1 .Values.sparkMaster.replicas)) 1 -}}
{{- $host := include "spark.masterHost" (dict "root" $root "number" $number) -}}
{{- $places = append $places (printf "%s:%d" $host $port) -}}
{{- end -}}
spark://{{ join "," $places }}
{{- end }}

{{/* none, s3, zookeeper or filesystem */}}
{{- define "spark.recoveryMode" -}}
{{- $mode := .Values.sparkMaster.recovery.mode -}}
{{- if ne $mode "auto" -}}{{ $mode }}{{- else if .Values.s3.recoveryBucket -}}s3{{- else -}}none{{- end -}}
{{- end }}

{{/* none, s3 or volume */}}
{{- define "spark.events" -}}
{{- if .Values.s3.eventsBucket -}}s3{{- else if .Values.events.persistence.enabled -}}volume{{- else -}}none{{- end -}}
{{- end }}

{{- define "spark.s3Secret" -}}
{{- .Values.s3.existingSecret | default (ternary (printf "%s-s3" (include "spark.fullname" .)) "" (ne .Values.s3.accessKey "")) -}}
{{- end }}

{{/* The Pod Security Standard: its name, or true for restricted and false for privileged. */}}
{{- define "spark.standard" -}}
{{- $standard := .Values.security.podSecurityStandards -}}
{{- if kindIs "bool" $standard -}}{{ ternary "restricted" "privileged" $standard }}{{- else -}}{{ $standard }}{{- end -}}
{{- end }}

{{/* Whether the shuffle service has the node's own folder and port; only then Workers give up theirs. */}}
{{- define "spark.shuffleOnNode" -}}
{{- $shuffle := .Values.shuffleService -}}
{{- if and $shuffle.enabled (eq $shuffle.mode "daemonSet") (eq (include "spark.standard" .) "privileged") -}}true{{- end -}}
{{- end }}

{{- define "spark.localDir" -}}
{{- if include "spark.shuffleOnNode" . -}}{{ .Values.shuffleService.hostPath }}{{- else -}}/var/spark-local{{- end -}}
{{- end }}
