#!/bin/sh
# Takes down what spark.yaml or spark-zookeeper.yaml has set up: ./teardown.sh [--namespace=xxx]. Arguments go to kubectl as they are.
set -eu
kubectl delete --ignore-not-found --wait=true "$@" \
  --selector=app.kubernetes.io/instance=spark-sa,app.kubernetes.io/name=spark-standalone \
  deployments,services,configmaps,serviceaccounts,poddisruptionbudgets
