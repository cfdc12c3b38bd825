{{/* spark-defaults.conf: what the daemons and every driver that runs here begin with. */}}

{{/* The chart's keys and the operator's, which win, as YAML. */}}
{{- define "spark.conf" -}}
{{- $conf := dict
  "spark.master" (include "spark.masterUrl" .)
  "spark.master.rest.enabled" "true"
  "spark.master.rest.port" (toString .Values.sparkMaster.service.ports.rest)
  "spark.shuffle.service.enabled" (toString .Values.shuffleService.enabled)
  "spark.shuffle.service.port" (toString .Values.shuffleService.port)
  "spark.dynamicAllocation.shuffleTracking.enabled" (toString (not .Values.shuffleService.enabled))
  "spark.worker.cleanup.enabled" (toString .Values.sparkWorker.cleanup.enabled)
  "spark.worker.cleanup.interval" (toString .Values.sparkWorker.cleanup.interval)
  "spark.worker.cleanup.appDataTtl" (toString .Values.sparkWorker.cleanup.appDataTtl)
  "spark.executor.logs.rolling.strategy" "size"
  "spark.executor.logs.rolling.maxSize" (toString .Values.sparkWorker.logRolling.maxSize)
  "spark.executor.logs.rolling.maxRetainedFiles" (toString .Values.sparkWorker.logRolling.maxRetainedFiles)
-}}
{{- include "spark.conf.pages" (list . $conf) -}}
{{- include "spark.conf.decommission" (list . $conf) -}}
{{- include "spark.conf.recovery" (list . $conf) -}}
{{- include "spark.conf.s3" (list . $conf) -}}
{{- include "spark.conf.events" (list . $conf) -}}
{{- include "spark.conf.ports" (list . $conf) -}}
{{- range $key, $value := .Values.sparkConf -}}
{{- $_ := set $conf $key (include "spark.text" $value) -}}
{{- end -}}
{{ toYaml $conf }}
{{- end }}

{{- define "spark.conf.pages" -}}
{{- $root := first . -}}{{- $conf := last . -}}
{{- $proxy := $root.Values.sparkMaster.reverseProxy -}}
{{- if $proxy.enabled -}}
{{- $_ := set $conf "spark.ui.reverseProxy" "true" -}}
{{- with $proxy.url -}}{{- $_ := set $conf "spark.ui.reverseProxyUrl" . -}}{{- end -}}
{{- end -}}
{{- end }}

{{- define "spark.conf.decommission" -}}
{{- $root := first . -}}{{- $conf := last . -}}
{{- if $root.Values.sparkWorker.decommission.enabled -}}
{{- range $key := list "spark.decommission.enabled" "spark.storage.decommission.enabled" "spark.storage.decommission.rddBlocks.enabled" "spark.storage.decommission.shuffleBlocks.enabled" -}}
{{- $_ := set $conf $key "true" -}}
{{- end -}}
{{- /* Spark looks every 30 s unless told otherwise whether all blocks are handed on: an executor with nothing left would wait for that. */ -}}
{{- $_ := set $conf "spark.storage.decommission.replicationReattemptInterval" "5s" -}}
{{- end -}}
{{- end }}

{{- define "spark.conf.recovery" -}}
{{- $root := first . -}}{{- $conf := last . -}}
{{- $masters := $root.Values.sparkMaster -}}
{{- $mode := include "spark.recoveryMode" $root -}}
{{- if eq $mode "zookeeper" -}}
{{- $_ := set $conf "spark.deploy.recoveryMode" "ZOOKEEPER" -}}
{{- $_ := set $conf "spark.deploy.zookeeper.url" $masters.recovery.zookeeper.url -}}
{{- $_ := set $conf "spark.deploy.zookeeper.dir" $masters.recovery.zookeeper.dir -}}
{{- else if ne $mode "none" -}}
{{- $_ := set $conf "spark.deploy.recoveryMode" "FILESYSTEM" -}}
{{- $_ := set $conf "spark.deploy.recoveryDirectory" (include "spark.recoveryDirectory" $root) -}}
{{- end -}}
{{- if ne $mode "none" -}}
{{- with $masters.recovery.timeout -}}{{- $_ := set $conf "spark.deploy.recoveryTimeout" . -}}{{- end -}}
{{- with $masters.ha.leaseLength -}}{{- $_ := set $conf "spark.hearth.election.leaseLength" . -}}{{- end -}}
{{- $election := $masters.ha.election -}}
{{- if and (eq $mode "filesystem") (eq $election "auto") (gt (int $masters.replicas) 1) -}}{{- $election = "store" -}}{{- end -}}
{{- if ne $election "auto" -}}{{- $_ := set $conf "spark.hearth.election" $election -}}{{- end -}}
{{- if eq $election "kubernetes" -}}
{{- $_ := set $conf "spark.hearth.election.kubernetes.lease" (include "spark.leaseName" $root) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "spark.recoveryDirectory" -}}
{{- if eq (include "spark.recoveryMode" .) "s3" -}}
s3a://{{ .Values.s3.recoveryBucket }}/spark-recovery
{{- else -}}
/var/spark-recovery
{{- end -}}
{{- end }}

{{- define "spark.leaseName" -}}{{ include "spark.fullname" . }}-master{{- end }}

{{/* No keys: those come as variables out of a Secret, which Hearth and Spark's S3A both read. */}}
{{- define "spark.conf.s3" -}}
{{- $root := first . -}}{{- $conf := last . -}}
{{- $s3 := $root.Values.s3 -}}
{{- if or $s3.recoveryBucket $s3.eventsBucket $s3.endpoint -}}
{{- $_ := set $conf "spark.hadoop.fs.s3a.endpoint.region" $s3.region -}}
{{- with $s3.endpoint -}}
{{- $_ := set $conf "spark.hadoop.fs.s3a.endpoint" . -}}
{{- $_ := set $conf "spark.hadoop.fs.s3a.path.style.access" (toString $s3.pathStyleAccess) -}}
{{- $_ := set $conf "spark.hadoop.fs.s3a.connection.ssl.enabled" (toString (hasPrefix "https:" .)) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "spark.conf.events" -}}
{{- $root := first . -}}{{- $conf := last . -}}
{{- $where := include "spark.events" $root -}}
{{- if ne $where "none" -}}
{{- $dir := printf "file:%s" $root.Values.events.dir -}}
{{- if eq $where "s3" -}}{{- $dir = printf "s3a://%s/spark-events" $root.Values.s3.eventsBucket -}}{{- end -}}
{{- $_ := set $conf "spark.eventLog.enabled" "true" -}}
{{- $_ := set $conf "spark.eventLog.dir" $dir -}}
{{- $_ := set $conf "spark.history.fs.logDirectory" $dir -}}
{{- $_ := set $conf "spark.history.ui.port" (toString $root.Values.historyServer.port) -}}
{{- end -}}
{{- end }}

{{/* A NetworkPolicy can only name ports that are known beforehand. */}}
{{- define "spark.conf.ports" -}}
{{- $root := first . -}}{{- $conf := last . -}}
{{- $policy := $root.Values.networkPolicy -}}
{{- if $policy.enabled -}}
{{- $_ := set $conf "spark.driver.port" (toString $policy.driverPort) -}}
{{- $_ := set $conf "spark.driver.blockManager.port" (toString $policy.driverBlockManagerPort) -}}
{{- $_ := set $conf "spark.blockManager.port" (toString $policy.executorBlockManagerPort) -}}
{{- $_ := set $conf "spark.ui.port" (toString $policy.uiPort) -}}
{{- $_ := set $conf "spark.port.maxRetries" (toString (sub (int $policy.portRange) 1)) -}}
{{- end -}}
{{- end }}
