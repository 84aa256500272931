"""What an operator adds to the manifests by hand: restoring, a drill, a mail port, a database."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from tests.deploy.manifests import KUBERNETES, containers, objects, pods
from tests.support.live_server import ROOT, environment, launch, manage

PODS = pods("by-hand")
KUBECTL = shutil.which("kubectl")
CLAIMS = {"restore": {"keyring", "backup"}, "restore-keyring": {"keyring", "keyring-backup"}, "drill": {"backup"}}
EXAMPLE, BY_HAND = (
    yaml.safe_load((KUBERNETES / folder / "kustomization.yaml").read_text("utf-8")) for folder in ("example", "by-hand")
)


@pytest.mark.parametrize("version", ["1.30", "1.37"])
def test_every_job_is_what_the_schema_of_kubernetes_says(version):
    for _, obj in objects("by-hand"):
        kubernetes_validate.validate(obj, version, strict=True)


def test_nothing_of_it_is_applied_with_the_site_and_each_job_can_be_chosen_alone():
    assert "by-hand" not in str(EXAMPLE["resources"])
    assert not {obj["metadata"]["name"] for _, obj in objects()} & CLAIMS.keys()
    jobs = [obj for _, obj in objects("by-hand")]
    assert {job["metadata"]["name"]: job["metadata"]["labels"]["part"] for job in jobs} == {
        name: name for name in CLAIMS
    }
    assert BY_HAND["resources"] == ["../example", *(f"{name}.yaml" for name in ("restore", "restore-keyring", "drill"))]
    assert all(job["spec"]["backoffLimit"] == 0 for job in jobs), "what failed half is not tried again unseen"


def test_they_run_the_image_of_the_site_in_its_namespace():
    assert BY_HAND["namespace"] == EXAMPLE["namespace"]
    assert EXAMPLE["images"][0] in BY_HAND["images"]
    used = {container["image"] for pod in PODS.values() for container in containers(pod)}
    assert used == {image["name"] for image in BY_HAND["images"]}


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
        assert all(mount.get("readOnly") for mount in container["volumeMounts"] if mount["name"] == "backup")


def test_each_has_the_volumes_and_secrets_its_work_needs_and_no_other():
    for part, pod in PODS.items():
        mounted = [one["persistentVolumeClaim"] for one in pod["volumes"] if "persistentVolumeClaim" in one]
        claims = {claim["claimName"] for claim in mounted}
        assert claims == CLAIMS[part]
        assert pod["serviceAccountName"] == ("open" if part == "drill" else "sealed")
        (container,) = pod["containers"]
        secrets = {one["secretRef"]["name"] for one in container["envFrom"] if "secretRef" in one}
        assert secrets == (set() if part == "drill" else {"worker", "sealed"})
    borrowed = {
        (part, one["name"], one["valueFrom"]["secretKeyRef"]["name"])
        for part, pod in PODS.items() for box in containers(pod) for one in box["env"] if "valueFrom" in one
    }  # fmt: skip
    assert borrowed == {("restore", "DATABASE_URL", "owner")}


def test_a_drill_reaches_no_database_but_its_own():
    database, site = containers(PODS["drill"])
    told = {one["name"]: one["value"] for one in site["env"]}
    assert told["DATABASE_URL"] == "postgres://drill@127.0.0.1/drill"
    assert database["args"] == ["-c", "listen_addresses=127.0.0.1"]
    assert database["restartPolicy"] == "Always", "so Kubernetes stops it when the drill is done"


@pytest.mark.process
@pytest.mark.parametrize("part", ["restore", "drill"])
def test_the_newest_backup_is_restored(part, tmp_path):
    site, copy, backups = tmp_path / "site", tmp_path / "copy", tmp_path / "backup"
    for folder in (site, copy, backups):
        folder.mkdir()
    shutil.copy(launch() / "site.sqlite3", site / "site.sqlite3")
    manage(environment(site), "backup", str(backups))
    (backups / "nejtilbander-20200101T000000Z.tar").write_text("an older one")
    (container,) = PODS[part]["containers"]
    command = [word.replace("/backup/", f"{backups}/") for word in container["command"]]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    settings = environment(copy, PATH=path, SITE_ROLE="worker", FILE="")
    if part == "drill":
        settings = {
            name: value for name, value in settings.items() if name not in {"SECRET_KEY", "INDEX_KEY", "KEYRING_SECRET"}
        }

    ended = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("Restored nejtilbander-2")
    assert "20200101" not in ended.stdout


def test_the_example_says_where_mail_and_names_are():
    policies = {obj["metadata"]["name"]: obj for _, obj in objects() if obj["kind"] == "NetworkPolicy"}
    for patch in EXAMPLE["patches"]:
        policy = policies[patch["target"]["name"]]
        for change in yaml.safe_load(patch["patch"]):
            place = policy
            *way, last = change["path"].strip("/").split("/")
            for step in way:
                place = place[int(step)] if isinstance(place, list) else place[step]
            assert last in place, "else kustomize would refuse it"
            place[last] = change["value"]
        kubernetes_validate.validate(policy, "1.30", strict=True)
    assert policies["worker-to-mail"]["spec"]["egress"] == [{"ports": [{"port": 587}]}], "what smtp:// uses"


def test_every_name_has_a_certificate_that_is_renewed_by_itself():
    ingresses = [obj for _, obj in objects("example") if obj["kind"] == "Ingress"]
    asked = {
        obj["spec"]["tls"][0]["secretName"]
        for obj in ingresses
        if "cert-manager.io/cluster-issuer" in obj["metadata"]["annotations"]
    }
    assert asked == {obj["spec"]["tls"][0]["secretName"] for obj in ingresses} == {"web-tls", "staff-tls"}
    assert not any("503" in str(obj["metadata"]["annotations"]) for obj in ingresses), (
        "a 503 is web's own, with the guide"
    )


def test_the_database_lets_in_the_site_and_no_other():
    _, cluster, policy = (obj for _, obj in objects("database"))
    assert cluster["spec"]["bootstrap"]["initdb"]["owner"] == "nejtilbander"
    assert cluster["spec"]["postgresql"]["parameters"]["log_min_error_statement"] == "panic"
    kubernetes_validate.validate(policy, "1.30", strict=True)
    spaces = [
        one["namespaceSelector"]["matchLabels"]
        for rule in policy["spec"]["ingress"]
        for one in rule["from"]
        if "namespaceSelector" in one
    ]
    assert [names["kubernetes.io/metadata.name"] for names in spaces] == [EXAMPLE["namespace"], "cnpg-system"]


if KUBECTL:  # it renders the manifests

    @pytest.mark.parametrize("folder", ["example", "by-hand"])
    def test_kustomize_renders_it_with_the_settings_of_the_site(folder):
        ended = subprocess.run(
            [str(KUBECTL), "kustomize", KUBERNETES / folder], capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr
        rendered = list(yaml.safe_load_all(ended.stdout))
        (settings,) = [obj["metadata"]["name"] for obj in rendered if obj["kind"] == "ConfigMap"]
        used = json.dumps(rendered)
        assert f'"configMapRef": {{"name": "{settings}"}}' in used
        assert '"configMapRef": {"name": "settings"}' not in used
        for obj in rendered:
            kubernetes_validate.validate(obj, "1.30", strict=True)
