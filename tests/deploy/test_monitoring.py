"""The alert rules and the dashboard ask for metrics that the site has, and leave none of them out."""

import json
import re
import shutil
import subprocess

import yaml

from nejtilbander.operations.metrics import FAMILIES
from tests.support.live_server import ROOT

MONITORING = ROOT / "deploy/monitoring"
PROMTOOL = shutil.which("promtool")
RULES = [
    rule
    for group in yaml.safe_load((MONITORING / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((MONITORING / "dashboard.json").read_text("utf-8"))
EXISTING = {f"nejtilbander_{name}" for name, *_ in FAMILIES}
LABELS = {"state": {"letters", "signups"}, "when": {"plans"}, "by": {"requests_total"}, "what": {"pages_total"}}


def metrics_in(*expressions):
    return {name for expression in expressions for name in re.findall(r"nejtilbander_\w+", expression)}


def test_every_alert_asks_for_a_metric_that_is_there_and_says_what_to_do():
    assert metrics_in(*(rule["expr"] for rule in RULES)) <= EXISTING
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"].keys() == {"summary", "description"}


def test_what_the_manual_calls_worth_a_warning_is_an_alert():
    manual = (ROOT / "docs/operate.md").read_text("utf-8")
    (worth,) = re.findall(r"Worth a warning: (.*?)\.\n", manual, re.DOTALL)
    expressions = {expression for expression in re.findall(r"`([^`]+)`", worth) if "nejtilbander_" in expression}
    assert len(expressions) >= 6
    assert expressions | {"nejtilbander_database_up == 0"} <= {rule["expr"] for rule in RULES}


def test_the_dashboard_shows_every_metric_and_no_other():
    queries = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    assert metrics_in(*queries) == EXISTING
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_a_label_is_asked_of_a_metric_that_has_it():
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            for label in re.findall(r"{{(\w+)}}", target["legendFormat"]):
                assert metrics_in(target["expr"]) <= {f"nejtilbander_{name}" for name in LABELS[label]}


def test_whoever_imports_the_dashboard_chooses_the_prometheus():
    (chosen,) = DASHBOARD["templating"]["list"]
    assert (chosen["name"], chosen["type"], chosen["query"]) == ("datasource", "datasource", "prometheus")
    assert {panel["datasource"]["uid"] for panel in DASHBOARD["panels"]} == {"${datasource}"}
    assert "id" not in DASHBOARD, "Grafana gives it a number of its own"


def test_no_two_panels_lie_on_each_other():
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    cells = [(p["x"] + x, p["y"] + y) for p in places for x in range(p["w"]) for y in range(p["h"])]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


if PROMTOOL:  # Debian: prometheus, 96 MB

    def test_prometheus_own_tool_finds_no_fault_in_the_rules():
        ended = subprocess.run(
            [str(PROMTOOL), "check", "rules", MONITORING / "alerts.yml"], capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
