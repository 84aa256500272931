"""What the site is shipped with is listed: as a bill of materials, and with its licence in the documentation."""

import re
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest

from tests.sbom import bill
from tests.support.live_server import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINNED = (ROOT / "requirements.txt").read_text("utf-8")
SHIPPED = (ROOT / "requirements-granian.txt").read_text("utf-8")  # what the image has
COMPONENTS = bill(PINNED, PROJECT)["components"]


def names(requirements):
    return re.findall(r"^([\w.-]+)==", requirements, re.MULTILINE)


def test_every_pin_is_in_the_bill_once_and_nothing_else():
    assert [component["name"] for component in COMPONENTS] == names(PINNED)
    assert all(component["hashes"] for component in COMPONENTS)
    assert sum(len(component["hashes"]) for component in COMPONENTS) == PINNED.count("--hash=sha256:")


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component["name"])
def test_the_bill_says_what_is_installed_and_its_licence(component):
    assert component["version"] == metadata.version(component["name"])
    assert component["purl"] == f"pkg:pypi/{component['name']}@{component['version']}"
    assert all(licence.get("expression") or licence["license"]["name"] for licence in component["licenses"])


def test_only_what_does_not_tell_its_licence_is_without_one():
    assert [component["name"] for component in COMPONENTS if not component["licenses"]] == ["resvg-py"]


def test_make_sbom_prints_it_as_cyclonedx():
    ended = subprocess.run(
        [sys.executable, "-m", "tests.sbom", "requirements-granian.txt"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ended.stdout.startswith('{\n "bomFormat": "CycloneDX",\n "specVersion": "1.5",')
    assert '"purl": "pkg:pypi/granian@' in ended.stdout


def test_every_package_that_is_shipped_is_named_with_its_licence():
    table = (ROOT / "docs/licences.md").read_text("utf-8").partition("Only used to check")[0]
    words = {re.sub(r"[-_.]+", "-", word).lower() for word in re.findall(r"[\w.-]*\w", table)}
    assert not set(names(SHIPPED)) - words
