"""What the manifests say, read as data."""

import re
from typing import Any

import yaml

from tests.support.live_server import ROOT

KUBERNETES = ROOT / "deploy/kubernetes"
Thing = dict[str, Any]


def objects(*folders: str) -> list[tuple[str, Thing]]:
    """(file, resource) of `folders`, else of the base and the example; without the kustomizations."""
    found = [file for folder in folders or ("base", "example") for file in (KUBERNETES / folder).glob("*.yaml")]
    files = sorted(file for file in found if file.name != "kustomization.yaml")
    return [
        (str(file.relative_to(KUBERNETES)), obj)
        for file in files
        for obj in yaml.safe_load_all(file.read_text("utf-8"))
    ]


def pods(*folders: str) -> dict[str, Thing]:
    """The spec of each pod of `folders`, by the part it plays."""
    found = {}
    for _, obj in objects(*folders):
        spec = obj.get("spec") or {}
        template = (spec.get("jobTemplate") or {"spec": spec})["spec"].get("template")
        if template:
            found[template["metadata"]["labels"]["part"]] = template["spec"]
    return found


def containers(pod: Thing) -> list[Thing]:
    return [*pod.get("initContainers", []), *pod["containers"]]


def compose() -> dict[str, Thing]:
    services: dict[str, Thing] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    return services


def settings_known() -> set[str]:
    """Every variable that .env.example names, set or commented out."""
    return set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
