"""The examples of a cluster: linted, and followed as far as that goes without Compose and Kubernetes."""

import re
import shutil
import subprocess
import sys

import pytest
import yaml
from tests.e2e.server import chover
from tests.terminal import ROOT

from chover.edge.ssh import hostkey

PLACE = ROOT / "packaging/cluster"
MADE_BY_HAND = {
    "chover-tls": {"tls.crt", "tls.key"},
    "chover-keys": {"ssh_host_ed25519_key"},
    "chover-database": {"password"},
}
"""The Secrets that the head of the file tells to make."""


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """The directory of what docs/cluster.md tells to make."""
    place = tmp_path_factory.mktemp("keys")
    [commands] = re.findall(r"```sh\n(mkdir -p secrets\n.*?)```", (ROOT / "docs/cluster.md").read_text(), re.DOTALL)
    subprocess.run(["sh", "-e", "-c", commands], cwd=place, check=True, capture_output=True, timeout=60)
    return place / "secrets"


@pytest.fixture(scope="module")
def objects():
    """The objects of the manifest, by kind and name."""
    loaded = list(yaml.safe_load_all((PLACE / "kubernetes.yaml").read_text()))
    found = {(each["kind"], each["metadata"]["name"]): each for each in loaded}
    assert len(found) == len(loaded)
    return found


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((PLACE / "compose.yaml").read_text())


def workloads(objects):
    return {name: each for (kind, name), each in objects.items() if kind in {"Deployment", "StatefulSet"}}


def pod(workload):
    return workload["spec"]["template"]["spec"]


def containers(workload):
    return [*pod(workload).get("initContainers", ()), *pod(workload)["containers"]]


def test_the_compose_file_is_one():
    words = ("--builtin-schema", "vendor.compose-spec", PLACE / "compose.yaml")
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *map(str, words)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_the_compose_file_names_nothing_that_is_not_there(compose):
    for service in compose["services"].values():
        assert {name.partition(":")[0] for name in service.get("volumes", ()) if name[0] not in "./"} <= set(
            compose["volumes"]
        )
        assert set(service["networks"]) <= set(compose["networks"])
        assert set(service.get("depends_on", ())) <= set(compose["services"])
        named = [each if isinstance(each, str) else each["source"] for each in service.get("secrets", ())]
        assert set(named) <= set(compose["secrets"])
    [one, two] = (compose["services"][name] for name in ("one", "two"))
    assert one["volumes"][0] != two["volumes"][0]
    assert one["volumes"][1] == two["volumes"][1]
    assert f"{one['environment']['CHOVER_FILES_DIRECTORY']}" == one["volumes"][1].partition(":")[2]


def assert_only_the_servers_are_missing(checked):
    """Nothing is wrong but that PostgreSQL and NATS are not reached under these names here."""
    unreached = ("chover: cannot open the database postgresql://", "chover: NATS at ")
    lines = checked.stderr.splitlines()
    assert len(lines) == len(unreached), checked.stderr
    assert all(line.startswith(how) for line, how in zip(lines, unreached, strict=True)), checked.stderr


def test_the_settings_of_the_compose_file_are_accepted(compose, keys, tmp_path):
    given = compose["services"]["one"]["environment"]
    env = {name: re.sub(r"\$\{\w+:[-?]([^}]*)\}", r"\1", value) for name, value in given.items()}
    env |= {"CHOVER_TLS_CERT": str(keys / "tls-cert.pem"), "CHOVER_TLS_KEY": str(keys / "tls-key.pem")}
    checked = chover("config", "--check", home=tmp_path, **env)
    assert_only_the_servers_are_missing(checked)


def test_haproxy_accepts_its_file_and_it_names_the_nodes(compose):
    text = (PLACE / "haproxy.cfg").read_text()
    servers = dict(re.findall(r"^    server (\w+) (\S+)$", text, re.MULTILINE))
    assert servers == {name: f"{name}:55555" for name in ("one", "two")}
    assert set(servers) <= set(compose["services"])
    program = shutil.which("haproxy", path="/usr/sbin:/usr/bin")
    if program:
        checked = subprocess.run(
            [program, "-c", "-f", PLACE / "haproxy.cfg"], capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr


def test_every_secret_config_and_claim_that_is_named_exists_with_its_keys(objects):
    for workload in workloads(objects).values():
        for container in containers(workload):
            for variable in container.get("env", ()):
                if ref := variable.get("valueFrom", {}).get("secretKeyRef"):
                    assert ref["key"] in MADE_BY_HAND[ref["name"]]
        for volume in pod(workload).get("volumes", ()):
            if "secret" in volume:
                assert volume["secret"]["secretName"] in MADE_BY_HAND
            elif "configMap" in volume:
                assert ("ConfigMap", volume["configMap"]["name"]) in objects
            elif "persistentVolumeClaim" in volume:
                assert ("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]) in objects
            else:
                assert volume["emptyDir"] == {}
    head = (PLACE / "kubernetes.yaml").read_text().partition("\napiVersion")[0]
    assert all(f" {name} " in head for name in MADE_BY_HAND)


def test_every_volume_that_is_mounted_exists_and_every_volume_is_mounted(objects):
    for workload in workloads(objects).values():
        given = {volume["name"] for volume in pod(workload).get("volumes", ())}
        given |= {each["metadata"]["name"] for each in workload["spec"].get("volumeClaimTemplates", ())}
        assert {mount["name"] for each in containers(workload) for mount in each.get("volumeMounts", ())} == given


def test_selectors_and_ports_meet_and_names_of_hosts_are_those_of_services(objects):
    for workload in workloads(objects).values():
        assert workload["spec"]["selector"]["matchLabels"] == workload["spec"]["template"]["metadata"]["labels"]
        if workload["kind"] == "StatefulSet":
            assert ("Service", workload["spec"]["serviceName"]) in objects
    for (kind, _), each in objects.items():
        if kind == "Service":
            [meant] = [
                w
                for w in workloads(objects).values()
                if w["spec"]["selector"]["matchLabels"] == each["spec"]["selector"]
            ]
            ports = {p["name"]: p["containerPort"] for c in containers(meant) for p in c.get("ports", ())}
            assert all(ports[port["targetPort"]] == port["port"] for port in each["spec"]["ports"])
    settings = objects["ConfigMap", "chover"]["data"]["chover.toml"]
    for host, port in re.findall(r"(chover-\w+):(\d+)", settings):
        assert int(port) in [each["port"] for each in objects["Service", host]["spec"]["ports"]]


def test_probes_ask_for_what_there_is(objects):
    for workload in workloads(objects).values():
        for container in pod(workload)["containers"]:
            names = {port["name"] for port in container["ports"]}
            probes = [container[kind] for kind in container if kind.endswith("Probe")]
            assert "readinessProbe" in container
            for probe in probes:
                asked = probe.get("httpGet") or probe.get("tcpSocket")
                assert asked is None or asked["port"] in names
    [node] = pod(objects["StatefulSet", "chover"])["containers"]
    assert {node[kind]["httpGet"]["path"] for kind in ("startupProbe", "readinessProbe")} == {"/healthz"}
    # A node that waits for PostgreSQL is not to be restarted.
    assert set(node["livenessProbe"]) & {"tcpSocket", "httpGet"} == {"tcpSocket"}


def test_nodes_have_no_root_and_write_only_where_volumes_are(objects):
    for container in containers(objects["StatefulSet", "chover"]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
    user = re.search(r"^USER (\d+):(\d+)$", (ROOT / "packaging/Containerfile").read_text(), re.MULTILINE)
    security = pod(objects["StatefulSet", "chover"])["securityContext"]
    assert (security["runAsUser"], security["runAsGroup"], security["runAsNonRoot"]) == (
        int(user[1]),
        int(user[2]),
        True,
    )


def test_the_settings_of_kubernetes_are_accepted_and_point_to_what_is_mounted(objects, keys, tmp_path):
    [node] = pod(objects["StatefulSet", "chover"])["containers"]
    mounts = {mount["mountPath"] for mount in node["volumeMounts"]}
    text = objects["ConfigMap", "chover"]["data"]["chover.toml"]
    assert {f"/{path.split('/')[1]}" for path in re.findall(r'"(/\w+[^"]*)"', text)} <= mounts
    file = tmp_path / "chover.toml"
    file.write_text(text.replace("/tls/tls.crt", f"{keys}/tls-cert.pem").replace("/tls/tls.key", f"{keys}/tls-key.pem"))
    checked = chover("config", "--check", "--config", str(file), home=tmp_path)
    assert_only_the_servers_are_missing(checked)
    assert node["args"] == ["serve", "--data", "/data", "--config", "/settings/chover.toml"]


def test_the_keys_that_the_page_makes_are_used_as_they_are(keys, compose):
    before = (keys / hostkey.NAME).read_bytes()
    assert hostkey.load(keys).private == before
    assert {row["file"].rpartition("/")[2] for row in compose["secrets"].values()} <= {
        path.name for path in keys.iterdir()
    }
