"""What axe finds wrong on a page, and in which colours it is asked."""

import json

from playwright.sync_api import Page

EVERYTHING = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# A scheme changes colours and nothing else: the other rules would look at the same document again.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
SCHEMES = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced colours": {"color_scheme": "dark", "forced_colors": "active"},
}


def errors(page: Page, rules: dict[str, object]) -> list[str]:
    """axe's violations, one line each. Its script is injected past the page's policy, which forbids it."""
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}  # a page has no files to preload
    found = page.evaluate(f"axe.run(document, {json.dumps(options)})")
    return [
        f"{violation['id']} at {', '.join(str(node['target'][0]) for node in violation['nodes'][:3])}"
        for violation in found["violations"]
    ]
