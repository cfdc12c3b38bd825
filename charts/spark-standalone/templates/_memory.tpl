{{/* Amounts of memory in MiB, as Spark (512m, 2g) and Kubernetes (2Gi, 1500M) write them. */}}

{{/* A value as text: YAML's whole numbers come as floating ones, and large ones of those would be written with an exponent. */}}
{{- define "spark.text" -}}
{{- if kindIs "float64" . -}}
{{- if eq . (floor .) -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}
{{- else -}}{{ toString . }}{{- end -}}
{{- end }}

{{/* Spark's: a number without a unit is MiB where Spark takes it so, which it does for what is asked here. */}}
{{- define "spark.mib" -}}
{{- $text := include "spark.text" . | lower | trim -}}
{{- if not (regexMatch "^[0-9]+(b|k|kb|m|mb|g|gb|t|tb)?$" $text) -}}
{{- fail (printf "'%s' is no amount of memory that Spark reads: write it as 512m or 2g." $text) -}}
{{- end -}}
{{- $number := regexFind "^[0-9]+" $text | int64 -}}
{{- $unit := regexFind "[a-z]+$" $text | trimSuffix "b" -}}
{{- if eq $unit "t" -}}{{ mul $number 1048576 }}
{{- else if eq $unit "g" -}}{{ mul $number 1024 }}
{{- else if eq $unit "k" -}}{{ div $number 1024 }}
{{- else if hasSuffix "b" $text | and (eq $unit "") -}}{{ div $number 1048576 }}
{{- else -}}{{ $number }}
{{- end -}}
{{- end }}

{{/* Kubernetes': rounded down. */}}
{{- define "spark.quantityMib" -}}
{{- $text := include "spark.text" . | trim -}}
{{- if not (regexMatch "^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$" $text) -}}
{{- fail (printf "'%s' is no amount of memory that Kubernetes reads: write it as 512Mi or 2Gi." $text) -}}
{{- end -}}
{{- $number := regexFind "^[0-9]+(\\.[0-9]+)?" $text | float64 -}}
{{- $bytes := dict "" 1.0 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 -}}
{{- $unit := regexFind "[A-Za-z]+$" $text -}}
{{- divf (mulf $number (get $bytes $unit)) 1048576.0 | floor | int64 -}}
{{- end }}

{{/* What one executor takes in MiB, as the Master counts it: heap, overhead, off-heap memory, Python. */}}
{{- define "spark.executorMib" -}}
{{- $conf := .Values.sparkConf -}}
{{- $heap := include "spark.mib" (get $conf "spark.executor.memory" | default "1g") | int64 -}}
{{- $factor := get $conf "spark.executor.memoryOverheadFactor" | default "0.1" | toString | float64 -}}
{{- $overhead := max 384 (mulf $heap $factor | int64) -}}
{{- with get $conf "spark.executor.memoryOverhead" -}}{{- $overhead = include "spark.mib" . | int64 -}}{{- end -}}
{{- $offHeap := 0 -}}
{{- if eq (get $conf "spark.memory.offHeap.enabled" | toString) "true" -}}
{{- $size := include "spark.text" (get $conf "spark.memory.offHeap.size" | default "0") -}}
{{- $offHeap = include "spark.mib" (ternary (printf "%sb" $size) $size (regexMatch "^[0-9]+$" $size)) | int64 -}}
{{- end -}}
{{- $python := include "spark.mib" (get $conf "spark.executor.pyspark.memory" | default "0") | int64 -}}
{{- add $heap $overhead $offHeap $python -}}
{{- end }}
