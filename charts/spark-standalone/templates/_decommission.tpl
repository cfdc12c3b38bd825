{{/* What a Worker's pod does before it is ended: it takes no more work, tells the Master, and waits until its executors have gone
     or its time is up. The Worker says on its page how many cores they hold. */}}
{{- define "spark.leave" -}}
kill -PWR 1
end=$((SECONDS + {{ max 1 (sub (int .Values.sparkWorker.terminationGracePeriodSeconds) 15) }}))
while [ $SECONDS -lt $end ]; do
  sleep 1
  used=$(exec 3<>/dev/tcp/localhost/{{ int .Values.sparkWorker.ports.webUi }} &&
    printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3 && sed -n 's/^hearth_worker_cores_used //p' <&3) || exit 0
  [ "${used%%.*}" = 0 ] && exit 0
done
exit 0
{{- end }}
