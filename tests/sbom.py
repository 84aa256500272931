"""A software bill of materials: CycloneDX 1.5, as JSON, of what a requirements file pins. Run by `make sbom`."""

import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

PIN = re.compile(r"^([\w.-]+)==(\S+)((?: \\\n +--hash=sha256:\w+)+)", re.MULTILINE)


def bill(requirements: str, project: dict[str, Any]) -> dict[str, Any]:
    """The bill of what `requirements` pins, for `project` of pyproject.toml, with the licences that packages tell."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": project["name"], "version": project.get("version", "0")},
        },
        "components": [_component(*pin) for pin in PIN.findall(requirements)],
    }


def _component(name: str, version: str, hashes: str) -> dict[str, Any]:
    """`hashes` are of all the files that the index has of it: any of them may be the one that is installed."""
    purl = f"pkg:pypi/{name}@{version}"
    return {
        "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": found} for found in re.findall(r"sha256:(\w+)", hashes)],
        "licenses": _licences(name),
    }  # fmt: skip


def _licences(name: str) -> list[dict[str, Any]]:
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:  # it is in the image alone: docs/licences.md has it
        return []
    if expression := told.get("License-Expression"):
        return [{"expression": expression}]
    classified = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License ")]
    names = classified or (told.get("License") or "").splitlines()[:1]
    return [{"license": {"name": licence}} for licence in names]


if __name__ == "__main__":
    given = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
    print(json.dumps(bill(Path(sys.argv[1]).read_text("utf-8"), given), indent=1))
