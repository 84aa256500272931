"""compose.yaml gives each part what it needs, and no more."""

import re
from ipaddress import IPv4Network

import pytest
import yaml

from nejtilbander.environment import CONTAINERS
from tests.deploy.manifests import compose, settings_known
from tests.support.live_server import ROOT

SERVICES = compose()
SEALED = {"staff", "worker", "key-backup", "manage"}
WEB = {"web-1", "web-2"}
BY_HAND = {"manage"}  # started by nobody but a person, and gone afterwards
BACKUPS = {"backup", "key-backup"}
# Who logs in to the database as whom, with which SITE_ROLE; "" is the owner.
LOGINS = {
    "prepare": ("prepare", ""), "web-1": ("public", "_public"), "web-2": ("public", "_public"),
    "staff": ("staff", "_staff"), "worker": ("worker", "_worker"), "backup": ("prepare", "_backup"),
    "key-backup": ("worker", "_worker"), "manage": ("worker", ""),
}  # fmt: skip

OIDC = {
    "OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET_FILE", "OIDC_NAME", "OIDC_GROUPS", "OIDC_GROUPS_CLAIM",
    "OIDC_MFA_CLAIM",
}  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_the_keys_are_with_the_sealed_parts_alone(name):
    service = SERVICES[name]
    mounted = {volume.partition(":")[0] for volume in service.get("volumes", [])}
    assert ("keyring" in mounted) == (name in SEALED)
    assert ("KEYRING_SECRET_FILE" in service.get("environment", {})) == (name in SEALED)
    assert ("INDEX_KEY_FILE" in service.get("environment", {})) == (name in SEALED - {"staff"})
    assert ("SIGNING_KEY_FILE" in service.get("environment", {})) == (name == "staff")
    assert ("EMAIL_URL_FILE" in service.get("environment", {})) == (name in SEALED - {"staff"}), "the worker writes"
    sign_on = {key for key in service.get("environment", {}) if key.startswith("OIDC_")}
    assert sign_on == (OIDC if name == "staff" else set())
    assert ("VERIFY_KEY" in service.get("environment", {})) == (name in LOGINS)


@pytest.mark.parametrize("name", SERVICES)
def test_whoever_is_told_is_asked_for_where_letters_are_caused_or_written(name):
    given = SERVICES[name].get("environment", {}).get("ALARM_TO", "")
    assert given.startswith("${ALARM_TO:?") == (name in SEALED)


@pytest.mark.parametrize("name", LOGINS)
def test_each_part_logs_in_to_the_database_as_itself(name):
    told, (role, login) = SERVICES[name]["environment"], LOGINS[name]
    assert told["SITE_ROLE"] == role
    assert told["DATABASE_URL"] == f"postgres://nejtilbander{login}@${{DATABASE_HOST:-database}}/nejtilbander"
    assert told["DATABASE_PASSWORD_FILE"] == f"/run/secrets/{login.strip('_') or 'owner'}_password"


@pytest.mark.parametrize("name", SERVICES)
def test_a_part_is_given_the_secrets_it_reads_and_no_other_and_none_in_its_environment(name):
    service = SERVICES[name]
    told = service.get("environment", {})
    read = {value.removeprefix("/run/secrets/") for key, value in told.items() if key.endswith("_FILE")}
    assert read == set(service.get("secrets", []))
    secret = r"SECRET|KEY|PASSWORD|EMAIL_URL"
    assert not [key for key in told if re.search(secret, key) and not key.endswith("_FILE") and key != "VERIFY_KEY"]


def test_every_secret_is_a_file_of_its_own():
    whole = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    used = {name for service in SERVICES.values() for name in service.get("secrets", [])}
    assert {name: told["file"] for name, told in whole["secrets"].items()} == {
        name: f"${{SECRETS_DIR:-./secrets}}/{name}" for name in used
    }
    ignored = (ROOT / ".gitignore").read_text().split() + (ROOT / ".dockerignore").read_text().split()
    assert [line.strip("/") for line in ignored].count("secrets") == 2, "neither in the repository nor in the image"


def test_staff_have_a_secret_key_and_networks_of_their_own():
    keys = {name: SERVICES[name]["environment"]["SECRET_KEY_FILE"] for name in LOGINS}
    assert [name for name, key in keys.items() if key == keys["staff"]] == ["staff"]
    for name in WEB:
        assert not set(SERVICES[name]["networks"]) & set(SERVICES["staff"]["networks"])
        assert not set(SERVICES[name]["networks"]) & set(SERVICES["worker"]["networks"])
    assert set(SERVICES["nginx"]["networks"]) & set(SERVICES["staff"]["networks"]) == {"desk"}


def test_backups_are_off_until_they_are_asked_for():
    profiles = {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service}
    assert profiles == {"backup": ["backup"], "key-backup": ["backup"], "manage": ["by-hand"]}


def test_no_part_that_runs_by_itself_has_both_a_backup_of_the_list_and_a_key_to_it():
    mounted = {name: str(service.get("volumes", [])) for name, service in SERVICES.items() if name not in BY_HAND}
    assert [name for name, volumes in mounted.items() if ":/backup" in volumes] == ["backup"]
    assert "keyring" not in mounted["backup"]


def test_what_the_database_refuses_is_a_line_with_the_login_and_without_the_statement():
    command = SERVICES["database"]["command"]
    assert "-clog_min_error_statement=panic" in command
    assert any("log_line_prefix" in word and "%u" in word for word in command)


def test_only_nginx_is_reached_from_outside():
    assert {name for name, service in SERVICES.items() if service.get("ports")} == {"nginx"}


def test_nobody_comes_over_ipv6_where_docker_would_hide_who_asks_and_staff_know_their_networks():
    assert SERVICES["nginx"]["ports"] == ["0.0.0.0:80:80", "0.0.0.0:443:443"]
    subnets = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["networks"]
    for name in ("inside", "desk"):
        assert IPv4Network(subnets[name]["ipam"]["config"][0]["subnet"]).subnet_of(CONTAINERS)
    asked = [SERVICES[name]["environment"]["STAFF_NETWORK"] for name in ("nginx", "staff")]
    assert asked == ["${STAFF_NETWORK:?Set STAFF_NETWORK in .env}"] * 2


def test_a_backup_that_is_older_than_a_day_is_unhealthy():
    for name in BACKUPS:
        (folder,) = [volume.rpartition(":")[2] for volume in SERVICES[name]["volumes"] if volume.startswith("${")]
        assert f"find {folder} -name '*.tar' -mmin -1500" in SERVICES[name]["healthcheck"]["test"][1]


@pytest.mark.parametrize("name", SERVICES)
def test_each_part_runs_with_no_right_it_does_not_need(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert ("cap_add" in service) == (name == "nginx")
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["init"] is True, "as the first process the worker would be deaf to SIGTERM"
    assert service.get("restart") == {"prepare": None, "manage": "no"}.get(name, "unless-stopped")


def test_nginx_shares_no_network_with_the_database():
    assert not set(SERVICES["nginx"]["networks"]) & set(SERVICES["database"]["networks"])


def test_every_variable_an_operator_gives_is_explained():
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text("utf-8")))
    assert asked <= settings_known()


def test_everything_nginx_is_shipped_with_is_filled_in():
    template = (ROOT / "deploy/nginx/site.conf.template").read_text("utf-8")
    assert set(re.findall(r"\$\{(\w+)\}", template)) <= SERVICES["nginx"]["environment"].keys()


def test_nginx_asks_the_web_servers_at_the_addresses_they_have():
    told = SERVICES["nginx"]["environment"]
    addresses = {name: SERVICES[name]["networks"]["inside"]["ipv4_address"] for name in WEB}
    addresses["staff"] = SERVICES["staff"]["networks"]["desk"]["ipv4_address"]
    assert all(f"server {addresses[name]}:8000 " in told["WEB_SERVERS"] for name in WEB)
    assert told["STAFF_SERVERS"] == f"server {addresses['staff']}:8000;"


def test_each_web_server_keeps_its_pages_on_its_own():
    assert len({SERVICES[name]["volumes"][0] for name in WEB}) == len(WEB)


@pytest.mark.parametrize("name", SERVICES)
def test_no_log_fills_the_disk(name):
    assert SERVICES[name]["logging"] == {"driver": "json-file", "options": {"max-size": "10m", "max-file": "5"}}


def test_the_workers_health_is_the_file_that_it_touches():
    *_, option, file = SERVICES["worker"]["command"]
    assert option == "--alive"
    assert SERVICES["worker"]["healthcheck"]["test"][1] == f"find {file} -mmin -5 | grep -q ."
    assert file.startswith(tuple(SERVICES["worker"]["tmpfs"]))


def test_an_operators_own_settings_are_not_in_the_repository():
    assert {"/compose.override.yaml", ".env"} <= set((ROOT / ".gitignore").read_text().split())


def test_every_image_is_named_by_its_release():
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert set(bases) == {"python:3.13-slim-trixie"}
    foreign = {service["image"] for service in SERVICES.values()} - {"${IMAGE:-nejtilbander}"}
    assert foreign == {"postgres:17-trixie", "nginx:1.30-trixie"}, "a floating name becomes another release unseen"
    by_hand = yaml.safe_load((ROOT / "deploy/kubernetes/by-hand/kustomization.yaml").read_text("utf-8"))
    names = {f"{image['name']}:{image['newTag']}" for image in by_hand["images"]}
    assert SERVICES["database"]["image"] in names
