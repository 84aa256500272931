"""compose.yaml gives each part what it needs, and no more."""

import re

import pytest

from tests.deploy.manifests import compose, settings_known
from tests.support.live_server import ROOT

SERVICES = compose()
SEALED = {"staff", "worker", "backup"}
WEB = {"web-1", "web-2"}


@pytest.mark.parametrize("name", SERVICES)
def test_the_keys_are_with_the_sealed_parts_alone(name):
    service = SERVICES[name]
    mounted = {volume.partition(":")[0] for volume in service.get("volumes", [])}
    assert ("keyring" in mounted) == (name in SEALED)
    assert ("KEYRING_SECRET" in service.get("environment", {})) == (name in SEALED)
    assert ("INDEX_KEY" in service.get("environment", {})) == (name in SEALED - {"staff"})
    assert ("SIGNING_KEY" in service.get("environment", {})) == (name == "staff")
    assert ("VERIFY_KEY" in service.get("environment", {})) == (name in SEALED | WEB | {"prepare"})


@pytest.mark.parametrize("name", SERVICES)
def test_whoever_is_told_is_asked_for_where_letters_are_caused_or_written(name):
    given = SERVICES[name].get("environment", {}).get("ALARM_TO", "")
    assert given.startswith("${ALARM_TO:?") == (name in SEALED)


def test_only_nginx_is_reached_from_outside():
    assert {name for name, service in SERVICES.items() if service.get("ports")} == {"nginx"}


@pytest.mark.parametrize("name", SERVICES)
def test_each_part_runs_with_no_right_it_does_not_need(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert ("cap_add" in service) == (name == "nginx")
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["init"] is True, "as the first process the worker would be deaf to SIGTERM"
    assert service.get("restart") == (None if name == "prepare" else "unless-stopped")


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
    addresses = {name: SERVICES[name]["networks"]["inside"]["ipv4_address"] for name in (*WEB, "staff")}
    assert all(f"server {addresses[name]}:8000 " in told["WEB_SERVERS"] for name in WEB)
    assert told["STAFF_SERVERS"] == f"server {addresses['staff']}:8000;"


def test_each_web_server_keeps_its_pages_on_its_own():
    assert len({SERVICES[name]["volumes"][0] for name in WEB}) == len(WEB)
