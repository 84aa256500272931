"""The manifests are what Kubernetes understands, and nobody but the sealed parts gets at the keys."""

import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from tests.deploy.manifests import KUBERNETES, containers, objects, pods, settings_known
from tests.support.live_server import ROOT, VERIFY_KEY, environment, manage
from tests.support.waiting import children, patience, wait_until

VERSIONS = ["1.30", "1.37"]  # the oldest that has all we use, and the newest
PODS = pods()
SEALED = {"staff", "worker", "keyring-backup"}  # the parts that may open the list
# Each part's own secret, which says as whom it logs in to the database, and its SITE_ROLE.
OWN = {
    "web": ("open", "public"), "links": ("open", "public"), "prepare": ("owner", "prepare"),
    "backup": ("backup", "prepare"), "staff": ("staff", "staff"), "worker": ("worker", "worker"),
    "keyring-backup": ("worker", "worker"),
}  # fmt: skip


SECRETS = {own for own, _ in OWN.values()} | {"sealed"}
SECRET = re.compile(r"^([A-Z_]+)=$", re.MULTILINE)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_resource_is_what_the_schema_of_kubernetes_says(version):
    for _, obj in objects():
        kubernetes_validate.validate(obj, version, strict=True)


def test_a_word_that_kubernetes_does_not_know_is_found():
    wrong = next(obj for _, obj in objects() if obj["kind"] == "Deployment")
    wrong["spec"]["template"]["spec"]["containers"][0]["readOnly"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


def test_the_kustomizations_name_every_file_and_no_other():
    for folder in (KUBERNETES / "base", KUBERNETES / "example"):
        told = yaml.safe_load((folder / "kustomization.yaml").read_text())
        own = {file.name for file in folder.glob("*.yaml")} - {"kustomization.yaml"}
        assert {name for name in told["resources"] if name.endswith(".yaml")} == own
    assert {container["image"] for pod in PODS.values() for container in containers(pod)} == {
        image["name"] for image in told["images"]
    }


@pytest.mark.parametrize("part", PODS)
def test_every_pod_runs_with_no_right_it_does_not_need(part):
    pod = PODS[part]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in containers(pod):
        rights = container["securityContext"]
        assert (rights["allowPrivilegeEscalation"], rights["readOnlyRootFilesystem"]) == (False, True)
        assert rights["capabilities"] == {"drop": ["ALL"]}
        assert {"cpu", "memory"} == container["resources"]["requests"].keys()
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("part", PODS)
def test_the_keys_are_with_the_sealed_parts_alone(part):
    pod = PODS[part]
    claims = {volume.get("persistentVolumeClaim", {}).get("claimName") for volume in pod["volumes"]}
    secrets = {one["secretRef"]["name"] for box in containers(pod) for one in box["envFrom"] if "secretRef" in one}
    roles = {one["value"] for box in containers(pod) for one in box["env"] if one["name"] == "SITE_ROLE"}
    own, role = OWN[part]
    assert roles == {role}
    if part in SEALED:
        assert pod["serviceAccountName"] == "sealed"
        assert "keyring" in claims
        assert secrets == {own, "sealed"}
    else:
        assert pod["serviceAccountName"] == "open"
        assert not {"keyring", "keyring-backup"} & claims
        assert secrets == {own}


def test_of_another_parts_secret_only_the_link_checker_has_its_login_to_the_database():
    borrowed = {
        (part, one["name"], one["valueFrom"]["secretKeyRef"]["name"])
        for part, pod in PODS.items() for box in containers(pod) for one in box["env"] if "valueFrom" in one
    }  # fmt: skip
    assert borrowed == {("links", "DATABASE_URL", "worker")}


def test_each_secret_says_what_is_in_it():
    told = {name: set(SECRET.findall((KUBERNETES / f"example/{name}.env.example").read_text())) for name in SECRETS}
    assert {name for name, keys in told.items() if "SECRET_KEY" in keys} == SECRETS - {"sealed"}
    assert {name for name, keys in told.items() if "DATABASE_URL" in keys} == SECRETS - {"sealed"}
    assert (told["sealed"], told["open"]) == ({"KEYRING_SECRET"}, {"SECRET_KEY", "DATABASE_URL"})
    assert {name for name, keys in told.items() if "INDEX_KEY" in keys} == {"worker"}
    assert {name for name, keys in told.items() if any("PASSWORD" in key for key in keys)} == {"owner"}


def test_no_pod_has_both_a_backup_of_the_list_and_a_key_to_it():
    claims = {
        part: {one["persistentVolumeClaim"]["claimName"] for one in pod["volumes"] if "persistentVolumeClaim" in one}
        for part, pod in PODS.items()
    }
    assert claims["backup"] == {"backup"}
    assert claims["keyring-backup"] == {"keyring", "keyring-backup"}
    assert not any("backup" in mounted and mounted & {"keyring", "keyring-backup"} for mounted in claims.values())


def test_the_policy_that_guards_the_keys_holds_in_the_namespace_where_they_are():
    namespace = yaml.safe_load((KUBERNETES / "example/kustomization.yaml").read_text())["namespace"]
    (binding,) = (obj["spec"] for _, obj in objects() if obj["kind"] == "ValidatingAdmissionPolicyBinding")
    (policy,) = (obj["metadata"]["name"] for _, obj in objects() if obj["kind"] == "ValidatingAdmissionPolicy")
    where = binding["matchResources"]["namespaceSelector"]["matchLabels"]
    assert (binding["policyName"], where) == (policy, {"kubernetes.io/metadata.name": namespace})


@pytest.mark.process
def test_new_code_does_not_start_before_the_database_is_as_it_needs_it(tmp_path):
    settings = environment(tmp_path, PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}", SITE_ROLE="all")
    commands = {tuple(PODS[part]["initContainers"][0]["command"]) for part in ("web", "staff", "worker")}
    assert all("database_roles --check" in " ".join(" ".join(command).split()) for command in commands)
    waiting = [subprocess.Popen(command, cwd=ROOT, env=settings) for command in commands]
    try:
        for process in waiting:  # each has asked in vain, and sleeps before it asks again
            wait_until(lambda process=process: b"sleep" in started_by(process.pid), "a second try", process)
        manage(settings, "migrate", "-v", "0")
        assert [process.wait(timeout=patience(6)) for process in waiting] == [0] * len(commands)
    finally:
        for process in waiting:
            process.kill()
            process.wait()


def started_by(pid):
    """The names of the programs that `pid` is running now."""
    names = []
    for child in children(pid):
        with suppress(OSError):
            names.append(Path(f"/proc/{child}/comm").read_bytes().strip())
    return names


def test_the_worker_hears_that_it_should_stop():
    assert PODS["worker"]["shareProcessNamespace"] is True, "as the first process it would be deaf to SIGTERM"


@pytest.mark.parametrize("part", ["web", "staff"])
def test_what_answers_is_asked_whether_it_can_before_readers_are_sent_there(part):
    (container,) = PODS[part]["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert {"name": "Host", "value": "localhost"} in container["readinessProbe"]["httpGet"]["httpHeaders"]
    assert "healthz" not in str(container["livenessProbe"]), "a database that is away is no reason to restart"
    assert container["lifecycle"]["preStop"]
    assert PODS[part]["terminationGracePeriodSeconds"] > 10 + 30  # preStop, and gunicorn's own patience


def test_whatever_names_a_part_or_a_deployment_names_one_that_is_there():
    deployments = {obj["metadata"]["name"] for _, obj in objects() if obj["kind"] == "Deployment"}
    for file, obj in objects():
        spec = obj.get("spec") or {}
        labels = [spec.get(name, {}) for name in ("selector", "podSelector")]
        parts = {label.get("part") or label.get("matchLabels", {}).get("part") for label in labels} - {None}
        assert parts <= PODS.keys(), file
        if obj["kind"] == "HorizontalPodAutoscaler":
            assert spec["scaleTargetRef"]["name"] in deployments
    budgets = {obj["metadata"]["name"] for _, obj in objects() if obj["kind"] == "PodDisruptionBudget"}
    assert budgets == {"web", "worker"}


def test_web_talks_to_names_and_to_the_database_and_to_nobody_else():
    policies = {obj["metadata"]["name"]: obj["spec"] for _, obj in objects() if obj["kind"] == "NetworkPolicy"}
    assert policies["nothing-else"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    to_all_or_web = [
        spec for spec in policies.values()
        if "egress" in spec and spec["podSelector"].get("matchLabels", {}).get("part", "web") == "web"
    ]  # fmt: skip
    ports = {port["port"] for spec in to_all_or_web for rule in spec["egress"] for port in rule["ports"]}
    assert ports == {53, 5432}


def test_every_setting_is_one_the_site_knows_and_none_is_missing(tmp_path):
    given = dict(line.split("=", 1) for line in (KUBERNETES / "example/settings.env").read_text().splitlines())
    assert given.keys() <= settings_known() | {"DATA_DIR"}
    assert given["VERIFY_KEY"] == "", "each site has its own"

    filled = environment(tmp_path) | {
        "VERIFY_KEY": VERIFY_KEY,
        "DATABASE_URL": "postgres://site:secret@database.example.dk/site",
        "EMAIL_URL": "smtp://a:b@mail.example.dk:587",
        **{f"DATABASE_PASSWORD_{role}": "x" * 40 for role in ("PUBLIC", "STAFF", "WORKER", "BACKUP")},
    }
    secrets = {
        name: {line.split("=")[0]: filled[line.split("=")[0]] for line in asked.splitlines() if line[0] != "#"}
        for name in SECRETS
        for asked in [(KUBERNETES / f"example/{name}.env.example").read_text()]
    }
    own = {"PATH": "/bin", "DATA_DIR": str(tmp_path), "STATIC_ROOT": str(tmp_path)}
    for part, (name, role) in OWN.items():
        more = secrets[name] | (secrets["sealed"] if part in SEALED else {})
        ended = subprocess.run(
            [sys.executable, "manage.py", "check"], cwd=ROOT, capture_output=True, text=True, check=False,
            env=given | own | more | {"SITE_ROLE": role, "VERIFY_KEY": VERIFY_KEY},
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr


def test_no_secret_and_no_machine_of_ours_is_written_anywhere():
    whole = "".join(file.read_text("utf-8") for file in KUBERNETES.rglob("*") if file.is_file())
    assert not re.search(r"([A-Z]+_KEY|KEYRING_SECRET|DATABASE_URL|EMAIL_URL|PASSWORD_[A-Z]+)[ ]*[=:][ ]*\S", whole)
    assert "kind: Secret" not in whole
    assert not set(re.findall(r"[\w.-]+\.(?:dk|org|com)\b", whole)) - {
        "nejtilbander.example.dk", "desk.example.dk", "registry.example.dk", "mail.example.dk", "example.dk",
    }  # fmt: skip
