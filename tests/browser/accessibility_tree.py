"""A page as assistive technology gets it: the accessibility tree Chromium exposes, and what is wrong with it."""

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

CONTROLS = {"link", "button", "textbox", "searchbox", "combobox", "checkbox", "radio", "DisclosureTriangle"}
ONCE = ("banner", "main", "contentinfo")
TO_BE_NAMED = {"navigation", "region", "complementary", "search", "FIELDSET"}


@dataclass(frozen=True)
class Node:
    """One exposed node. `place` is its number in the document; `does` tells two controls of one name apart.

    The role of a <fieldset> is FIELDSET: Chromium calls a <details> a group as well.
    """

    role: str
    name: str
    description: str
    level: int
    is_focused: bool
    place: int
    does: str

    def __str__(self) -> str:
        return f"{self.role} „{self.name}“"


def read(page: Page) -> list[Node]:
    """Every node that is exposed, in the order in which it is read aloud."""
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    elements = _elements(session.send("DOM.getDocument", {"depth": -1})["root"])
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    session.detach()
    found, left = [], [next(iter(nodes))]
    while left:
        node = nodes[left.pop()]
        left += [child for child in reversed(node["childIds"]) if child in nodes]
        if not node["ignored"] and node.get("backendDOMNodeId") in elements:
            found.append(_node(node, *elements[node["backendDOMNodeId"]]))
    return found


def _elements(root: dict[str, Any]) -> dict[int, tuple[str, int, str]]:
    """Of every node of the document: its tag, its number, and where it leads when it is a link."""
    elements: dict[int, tuple[str, int, str]] = {}
    left = [root]
    while left:
        node = left.pop()
        attributes = node.get("attributes", [])
        target = dict(zip(attributes[::2], attributes[1::2], strict=True)).get("href", "")
        elements[node["backendNodeId"]] = (node["nodeName"], len(elements), target or str(node["backendNodeId"]))
        left += reversed(node.get("children", []))
    return elements


def _node(node: dict[str, Any], tag: str, place: int, does: str) -> Node:
    properties = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
    return Node(
        role=tag if tag == "FIELDSET" else node["role"]["value"],
        name=node.get("name", {}).get("value", "").strip(),
        description=node.get("description", {}).get("value", ""),
        level=properties.get("level", 0),
        is_focused=bool(properties.get("focused")),
        place=place,
        does=does,
    )


def naming_faults(nodes: list[Node]) -> list[str]:
    """Controls without a name, and controls that sound the same and do different things."""
    controls = [node for node in nodes if node.role in CONTROLS]
    alike = defaultdict(set)
    for node in controls:
        alike[node.role, node.name, node.description].add(node.does)
    return [f"no name: {node}" for node in controls if not node.name] + [
        f"{len(does)} times: {role} „{name}“" for (role, name, _), does in alike.items() if len(does) > 1
    ]


def heading_faults(nodes: list[Node]) -> list[str]:
    """Not one h1 and first, or levels that skip."""
    levels = [(node.level, node.name) for node in nodes if node.role == "heading"]
    faults = [] if [level for level, _ in levels].count(1) == 1 else ["not exactly one h1"]
    for (before, _), (level, name) in itertools.pairwise([(0, ""), *levels]):
        faults += [f"h{level} after h{before}: {name}"] if level > before + 1 else []
    return faults + [f"empty h{level}" for level, name in levels if not name]


def landmark_faults(nodes: list[Node]) -> list[str]:
    """The page's three parts not once each; other landmarks and fieldsets without a name, or two of one name."""
    roles = Counter(node.role for node in nodes)
    named = Counter((node.role, node.name) for node in nodes if node.role in TO_BE_NAMED)
    return [f"{roles[role]} times {role}" for role in ONCE if roles[role] != 1] + [
        f"{times} times {role} „{name}“" for (role, name), times in named.items() if not name or times > 1
    ]


def order_faults(nodes: list[Node]) -> list[str]:
    """What is read before something that stands before it in the document."""
    return [str(node) for before, node in itertools.pairwise(nodes) if node.place < before.place]
