{{/* What cannot work is refused before anything is changed, with a sentence that says what to do. */}}

{{- define "spark.refusals" -}}
{{- include "spark.refuseMasters" . -}}
{{- include "spark.refuseMemory" . -}}
{{- include "spark.refuseSecrets" . -}}
{{- include "spark.refuseRest" . -}}
{{- end }}

{{- define "spark.refuseMasters" -}}
{{- $masters := .Values.sparkMaster -}}
{{- $mode := include "spark.recoveryMode" . -}}
{{- $several := gt (int $masters.replicas) 1 -}}
{{- if and (eq $mode "s3") (not .Values.s3.recoveryBucket) -}}
{{- fail "sparkMaster.recovery.mode is s3 and there is no bucket for it: set s3.recoveryBucket." -}}
{{- end -}}
{{- if and (eq $mode "zookeeper") (not $masters.recovery.zookeeper.url) -}}
{{- fail "sparkMaster.recovery.mode is zookeeper and no server is named: set sparkMaster.recovery.zookeeper.url, such as zk-0:2181,zk-1:2181." -}}
{{- end -}}
{{- if and $several (eq $mode "none") -}}
{{- fail (printf "sparkMaster.replicas is %d and no place is set where their state lasts: two Masters that share nothing would both lead. Set s3.recoveryBucket, or sparkMaster.recovery.mode to zookeeper, or take one replica." (int $masters.replicas)) -}}
{{- end -}}
{{- if and $several (eq $mode "filesystem") -}}
{{- if and (not $masters.recovery.persistence.existingClaim) (ne $masters.recovery.persistence.accessMode "ReadWriteMany") -}}
{{- fail (printf "sparkMaster.replicas is %d and their state is on a volume of one node: set sparkMaster.recovery.persistence.accessMode to ReadWriteMany, or use s3 or zookeeper, or take one replica." (int $masters.replicas)) -}}
{{- end -}}
{{- end -}}
{{- if and (eq $masters.ha.election "kubernetes") (eq $mode "none") -}}
{{- fail "sparkMaster.ha.election is kubernetes, which says who leads and keeps no state: set s3.recoveryBucket or sparkMaster.recovery.mode as well." -}}
{{- end -}}
{{- end }}

{{- define "spark.refuseMemory" -}}
{{- $workers := .Values.sparkWorker -}}
{{- if $workers.enabled -}}
{{- if not (regexMatch "^[0-9]+[kKmMgGtT][bB]?$" $workers.memory) -}}
{{- fail (printf "sparkWorker.memory is '%s', which Spark does not read: write it with Spark's units, as 512m or 2g." $workers.memory) -}}
{{- end -}}
{{- $offered := include "spark.mib" $workers.memory | int64 -}}
{{- $executor := include "spark.executorMib" . | int64 -}}
{{- $heap := include "spark.mib" (get .Values.sparkConf "spark.executor.memory" | default "1g") | int64 -}}
{{- if gt $heap $offered -}}
{{- fail (printf "An executor of %d MiB (spark.executor.memory) does not fit a Worker that offers %d MiB (sparkWorker.memory): lower the one or raise the other." $heap $offered) -}}
{{- end -}}
{{- $limits := (default dict $workers.resources).limits | default dict -}}
{{- if $limits.memory -}}
{{- $limit := include "spark.quantityMib" $limits.memory | int64 -}}
{{- $room := sub $limit 128 -}}
{{- if gt $offered $room -}}
{{- fail (printf "A Worker cannot offer %d MiB (sparkWorker.memory) in a container of %d MiB (sparkWorker.resources.limits.memory): 128 MiB of it are kept for the Worker itself. Offer at most %d MiB." $offered $limit $room) -}}
{{- end -}}
{{- if gt $executor $room -}}
{{- fail (printf "An executor takes %d MiB (heap %d MiB, the rest is spark.executor.memoryOverhead, off-heap memory and Python) and a Worker's container of %d MiB (sparkWorker.resources.limits.memory) leaves %d MiB for executors: lower spark.executor.memory or raise the limit." $executor $heap $limit $room) -}}
{{- end -}}
{{- end -}}
{{- $cores := get .Values.sparkConf "spark.executor.cores" | default 1 | int -}}
{{- if gt $cores (int $workers.cores) -}}
{{- fail (printf "An executor of %d cores (spark.executor.cores) does not fit a Worker of %d (sparkWorker.cores): lower the one or raise the other." $cores (int $workers.cores)) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "spark.refuseSecrets" -}}
{{- $s3 := .Values.s3 -}}
{{- range $key := list "recoveryBucket" "eventsBucket" -}}
{{- if not (regexMatch "^([a-z0-9][a-z0-9.-]*)?$" (get $s3 $key)) -}}
{{- fail (printf "s3.%s is '%s', which is no name of a bucket: give the name alone, without s3a:// before it or a path behind it." $key (get $s3 $key)) -}}
{{- end -}}
{{- end -}}
{{- if not (regexMatch "^(https?://.+)?$" $s3.endpoint) -}}
{{- fail (printf "s3.endpoint is '%s': give it with its scheme, as http://minio:9000." $s3.endpoint) -}}
{{- end -}}
{{- if ne (empty $s3.accessKey) (empty $s3.secretKey) -}}
{{- fail "Of s3.accessKey and s3.secretKey one is empty: give both, or neither and s3.existingSecret, or neither at all where pods have an identity of their own." -}}
{{- end -}}
{{- if and $s3.existingSecret $s3.accessKey -}}
{{- fail "s3.existingSecret and s3.accessKey are both set, and only one of them can count: clear one." -}}
{{- end -}}
{{- $jupyter := .Values.jupyter -}}
{{- if and $jupyter.enabled (kindIs "string" $jupyter.token) -}}
{{- if not (trim $jupyter.token) -}}
{{- fail "jupyter.token is empty, and whoever reaches such a notebook can run anything on the cluster: give a token, name a Secret in jupyter.existingSecret, or leave both away to have one made." -}}
{{- end -}}
{{- if $jupyter.existingSecret -}}
{{- fail "jupyter.token and jupyter.existingSecret are both set, and only one of them can count: clear one." -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "spark.refuseRest" -}}
{{- $scaling := .Values.sparkWorker.autoscaling -}}
{{- if $scaling.enabled -}}
{{- if gt (int $scaling.minReplicas) (int $scaling.maxReplicas) -}}
{{- fail (printf "sparkWorker.autoscaling.minReplicas is %d and maxReplicas %d: the least may not be more than the most." (int $scaling.minReplicas) (int $scaling.maxReplicas)) -}}
{{- end -}}
{{- if and (eq $scaling.kind "hpa") (lt (int $scaling.minReplicas) 1) -}}
{{- fail "A HorizontalPodAutoscaler keeps one Worker at least: set sparkWorker.autoscaling.minReplicas to 1, or kind to keda." -}}
{{- end -}}
{{- end -}}
{{- if and .Values.s3.eventsBucket .Values.events.persistence.enabled -}}
{{- fail "Event logs are to go to s3.eventsBucket and to a volume (events.persistence.enabled), and Spark writes them to one place: clear one." -}}
{{- end -}}
{{- if and .Values.historyServer.enabled (eq (include "spark.events" .) "none") -}}
{{- fail "historyServer.enabled is set and no event logs are written: set s3.eventsBucket or events.persistence.enabled." -}}
{{- end -}}
{{- $ingress := .Values.ingress -}}
{{- if and $ingress.enabled (not (or $ingress.master.host $ingress.jupyter.host $ingress.history.host)) -}}
{{- fail "ingress.enabled is set and no page has a host: set ingress.master.host, ingress.jupyter.host or ingress.history.host." -}}
{{- end -}}
{{- end }}
