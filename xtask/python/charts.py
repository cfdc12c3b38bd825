"""Renders a chart with Helm 4's engine and reads YAML for the task `charts`: a question on stdin, an answer on stdout."""

import json
import sys

import helm_python as helm
import yaml

STRICT = {"strict": True, "kube_version": "v1.34.0"}


def documents(text):
    return [one for one in yaml.safe_load_all(text) if one]


def read(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file) or {}


def render(chart, values, question):
    chart.validate_schema(values)
    files = chart.render(values, name=question["release"], namespace=question["namespace"])
    texts = (text for name, text in files.items() if name.endswith(".yaml"))
    return [one for text in texts for one in documents(text)]


def refusal(chart, settings, question):
    try:
        render(chart, helm.parse_set_string(settings), question)
    except helm.HelmError as error:
        return str(error)
    return None


def answer(question):
    sets = {name: read(path) for name, path in question["sets"].items()}
    with helm.Chart.load(question["chart"]) as chart:
        return {
            "version": helm.helm_sdk_version(),
            "linted": {name: helm.lint(question["chart"], values, **STRICT) for name, values in sets.items()},
            "rendered": {name: render(chart, values, question) for name, values in sets.items()},
            "refused": {settings: refusal(chart, settings, question) for settings in question["refused"]},
            "read": {name: documents(text) for name, text in question["texts"].items()},
        }


json.dump(answer(json.load(sys.stdin)), sys.stdout)
