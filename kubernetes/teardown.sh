#!/bin/sh
# Takes down what spark.yaml has set up: ./teardown.sh [--namespace=xxx]. Arguments go to kubectl as they are.
set -eu
kubectl delete --ignore-not-found --wait=true "$@" -f "$(dirname "$0")/spark.yaml"
