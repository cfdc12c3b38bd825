//! A pod as a container: what a kubelet makes of its specification, as far as the chart's pods go.
//!
//! | of the pod | of the container |
//! |---|---|
//! | `securityContext` | `--user`, `--group-add`, `--read-only`, `--cap-drop`, no new privileges |
//! | `env` with values, secrets and the pod's address | `--env` |
//! | `emptyDir`, claims | folders that everybody can write to, as `fsGroup` has it |
//! | ConfigMaps and Secrets | files |
//! | `hostAliases`, and the Services that select it | names in its network |

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use conformance::{Failure, Result, Sandbox};
use data_encoding::BASE64;
use serde_json::Value;

use crate::charts::{Object, find, list};

pub(super) const NETWORK: &str = "pods";
pub(super) const SUBNET: &str = "172.30.200.0/24";

/// One container of a pod that has one.
pub(super) struct Pod<'a> {
    pub(super) name: String,
    pub(super) address: String,
    spec: &'a Value,
    labels: &'a Value,
    objects: &'a [Object],
    folder: PathBuf,
}

impl<'a> Pod<'a> {
    /// The pod that an object is or makes, the number-th in the network.
    pub(super) fn of(
        sandbox: &Sandbox,
        objects: &'a [Object],
        kind: &str,
        name: &str,
        number: u8,
    ) -> Result<Self> {
        let missing = || Failure::unexpected(format!("the chart renders no {kind} {name}"));
        let pod = find(objects, kind, name).and_then(Object::pod).ok_or_else(missing)?;
        let (name, address) = (format!("{name}-{number}"), format!("172.30.200.{number}"));
        let folder = sandbox.subfolder(&name)?;
        Ok(Self { name, address, spec: &pod["spec"], labels: &pod["metadata"]["labels"], objects, folder })
    }

    pub(super) fn container(&self) -> &'a Value {
        &self.spec["containers"][0]
    }

    /// The command line that starts it, for the engine.
    pub(super) fn line(&self, own: &[&str]) -> Result<Vec<String>> {
        let container = self.container();
        let mut line: Vec<String> = own.iter().map(|&word| word.to_owned()).collect();
        line.extend(["--name", &self.name, "--network", NETWORK, "--ip", &self.address].map(str::to_owned));
        line.extend(self.services().into_iter().flat_map(|name| option("--network-alias", name)));
        line.extend(self.guards());
        for alias in list(&self.spec["hostAliases"]) {
            let names = list(&alias["hostnames"]).iter();
            line.extend(
                names.flat_map(|name| option("--add-host", format!("{}:{}", text(name), text(&alias["ip"])))),
            );
        }
        for variable in list(&container["env"]) {
            line.extend(option("--env", format!("{}={}", text(&variable["name"]), self.value(variable)?)));
        }
        for mount in list(&container["volumeMounts"]) {
            let source = self.source(mount)?;
            line.extend(option("--volume", format!("{}:{}", source.display(), text(&mount["mountPath"]))));
        }
        let command = list(&container["command"]);
        if let Some(first) = command.first() {
            line.extend(option("--entrypoint", text(first)));
        }
        line.push(text(&container["image"]).to_owned());
        let words = command.iter().skip(1).chain(list(&container["args"]));
        line.extend(words.map(|word| text(word).to_owned()));
        Ok(line)
    }

    /// The Services that lead to it.
    fn services(&self) -> Vec<&'a str> {
        let selects = |service: &Object| {
            let selector = service.0["spec"]["selector"].as_object();
            selector.is_some_and(|labels| labels.iter().all(|(name, value)| &self.labels[name] == value))
        };
        let services = self.objects.iter().filter(|one| one.kind() == "Service" && selects(one));
        services.map(Object::name).collect()
    }

    fn guards(&self) -> Vec<String> {
        let (pod, container) = (&self.spec["securityContext"], self.container());
        let guard = &container["securityContext"];
        let user = pod["runAsUser"].as_u64().unwrap_or_default();
        let mut line = option("--user", format!("{user}:{user}")).to_vec();
        line.extend(option("--group-add", pod["fsGroup"].to_string()));
        if guard["readOnlyRootFilesystem"] == true {
            line.push("--read-only".to_owned());
        }
        if guard["allowPrivilegeEscalation"] == false {
            line.extend(option("--security-opt", "no-new-privileges"));
        }
        line.extend(
            list(&guard["capabilities"]["drop"]).iter().flat_map(|one| option("--cap-drop", text(one))),
        );
        let limits = &container["resources"]["limits"];
        if let Some(memory) = limits["memory"].as_str() {
            line.extend(option("--memory", memory.trim_end_matches('i').to_lowercase()));
        }
        if let Some(folder) = container["workingDir"].as_str() {
            line.extend(option("--workdir", folder));
        }
        line
    }

    fn value(&self, variable: &Value) -> Result<String> {
        let from = &variable["valueFrom"];
        match (&variable["value"], &from["secretKeyRef"], &from["fieldRef"]["fieldPath"]) {
            (Value::String(value), _, _) => Ok(value.clone()),
            (_, Value::Object(_), _) => self.secret(&from["secretKeyRef"]),
            (_, _, Value::String(field)) if field == "status.podIP" => Ok(self.address.clone()),
            _ => Err(Failure::unexpected(format!("{}: what is {variable}?", self.name))),
        }
    }

    /// What a variable of its environment is.
    pub(super) fn variable(&self, name: &str) -> Result<String> {
        let variable = list(&self.container()["env"]).iter().find(|variable| variable["name"] == name);
        variable.map_or_else(
            || Err(Failure::unexpected(format!("{} has no {name}", self.name))),
            |variable| self.value(variable),
        )
    }

    /// What a Secret of the release holds.
    fn secret(&self, reference: &Value) -> Result<String> {
        let (name, key) = (text(&reference["name"]), text(&reference["key"]));
        let missing = || Failure::unexpected(format!("the chart renders no Secret {name} with {key}"));
        let secret = find(self.objects, "Secret", name).ok_or_else(missing)?;
        let plain = secret.0["stringData"][key].as_str().map(|text| text.as_bytes().to_vec());
        let decoded = || BASE64.decode(text(&secret.0["data"][key]).as_bytes()).ok();
        plain.or_else(decoded).and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(missing)
    }

    /// What is mounted: a file of a ConfigMap, or a folder.
    fn source(&self, mount: &Value) -> Result<PathBuf> {
        let name = text(&mount["name"]);
        let volume = list(&self.spec["volumes"]).iter().find(|volume| volume["name"] == mount["name"]);
        let volume = volume.ok_or_else(|| Failure::unexpected(format!("{}: no volume {name}", self.name)))?;
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder).map_err(Failure::io(format!("make {}", folder.display())))?;
        if let Some(map) = volume["configMap"]["name"].as_str() {
            self.write_map(map, &folder)?;
        } else if volume["emptyDir"].is_object() || volume["persistentVolumeClaim"].is_object() {
            let opened = fs::set_permissions(&folder, Permissions::from_mode(0o777));
            opened.map_err(Failure::io(format!("open {}", folder.display())))?;
        } else {
            return Err(Failure::unexpected(format!("{}: what is the volume {volume}?", self.name)));
        }
        Ok(mount["subPath"].as_str().map_or_else(|| folder.clone(), |path| folder.join(path)))
    }

    fn write_map(&self, name: &str, folder: &Path) -> Result<()> {
        let missing = || Failure::unexpected(format!("the chart renders no ConfigMap {name}"));
        let map = find(self.objects, "ConfigMap", name).ok_or_else(missing)?;
        for (file, content) in map.0["data"].as_object().into_iter().flatten() {
            let path = folder.join(file);
            fs::write(&path, text(content)).map_err(Failure::io(format!("write {}", path.display())))?;
        }
        Ok(())
    }

    /// Where a probe of it asks.
    pub(super) fn probe(&self, kind: &str) -> Option<String> {
        let get = &self.container()[kind]["httpGet"];
        let port = list(&self.container()["ports"]).iter().find(|port| port["name"] == get["port"])?;
        Some(format!("http://{}:{}{}", self.address, port["containerPort"], text(&get["path"])))
    }
}

fn option(name: &str, value: impl Into<String>) -> [String; 2] {
    [name.to_owned(), value.into()]
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
