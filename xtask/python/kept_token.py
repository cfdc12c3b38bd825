"""What Helm makes of the notebook's token where a cluster answers it: a question on stdin, the tokens on stdout.

The cluster is a small one: it knows which kinds there are, and a Secret, or none, and takes whatever it is sent. It has to be
one, since Helm looks nothing up in a dry run.
"""

import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading

import yaml

KINDS = {
    "v1": ["Pod", "Service", "ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim"],
    "apps/v1": ["Deployment", "DaemonSet"],
    "policy/v1": ["PodDisruptionBudget"],
}


def resources(version):
    names = [
        {"name": kind.lower() + "s", "singularName": "", "namespaced": True, "kind": kind, "verbs": ["get", "list"]}
        for kind in KINDS[version]
    ]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": names}


def group(version):
    name = version.split("/")[0]
    here = {"groupVersion": version, "version": "v1"}
    return {"name": name, "versions": [here], "preferredVersion": here}


def answers(name, secret):
    known = {
        "/version": {"major": "1", "minor": "30", "gitVersion": "v1.30.0"},
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": [group(one) for one in KINDS if "/" in one]},
        "/api/v1": resources("v1"),
        "/api/v1/namespaces/default/secrets": {"kind": "SecretList", "apiVersion": "v1", "metadata": {}, "items": []},
    }
    known.update({"/apis/" + version: resources(version) for version in KINDS if "/" in version})
    if secret:
        known["/api/v1/namespaces/default/secrets/" + name] = secret
    return known


def serve(known):
    class Cluster(http.server.BaseHTTPRequestHandler):
        def answer(self, status, document):
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            found = known.get(self.path.split("?")[0])
            missing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
            self.answer(200 if found else 404, found or missing)

        def do_POST(self):
            """What is made is as it was sent; so is what is replaced, and whatever is changed in part is left alone."""
            self.answer(201, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        do_PUT = do_POST

        def do_PATCH(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cluster)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def token(question, secret):
    name = question["release"] + "-jupyter"
    server = serve(answers(name, secret))
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "it", "cluster": {"server": "http://127.0.0.1:%d" % server.server_port}}],
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
        "users": [{"name": "it", "user": {}}],
        "current-context": "it",
    }
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "config")
        path.write_text(json.dumps(config), encoding="utf-8")
        path.chmod(0o600)
        command = [question["helm"], "install", question["release"], question["chart"]]
        command += ["--disable-openapi-validation", "--no-hooks", "--set", "jupyter.enabled=true", "--namespace", "default"]
        command += ["--kubeconfig", str(path), "--output", "json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={"HOME": folder})
    server.shutdown()
    if done.returncode:
        sys.exit(done.stderr)
    objects = yaml.safe_load_all(json.loads(done.stdout)["manifest"])
    return next(one["data"]["token"] for one in objects if one and one["metadata"]["name"] == name and one["kind"] == "Secret")


asked = json.load(sys.stdin)
there = {
    "kind": "Secret",
    "apiVersion": "v1",
    "metadata": {
        "name": asked["release"] + "-jupyter",
        "namespace": "default",
        "labels": {"app.kubernetes.io/managed-by": "Helm"},
        "annotations": {
            "meta.helm.sh/release-name": asked["release"],
            "meta.helm.sh/release-namespace": "default",
        },
    },
    "data": {"token": asked["token"]},
}
json.dump({"first": token(asked, None), "second": token(asked, None), "kept": token(asked, there)}, sys.stdout)
