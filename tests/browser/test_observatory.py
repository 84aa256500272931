"""The MDN HTTP Observatory's verdict on the site over TLS."""

import json
import os
import subprocess

import pytest

from tests.support import live_server
from tests.support.machine_tools import BROWSER_TOOLS

pytestmark = [pytest.mark.chromium, pytest.mark.process]
SCANNER = BROWSER_TOOLS / "@mdn" / "mdn-http-observatory"


def certificate(folder):
    """A certificate authority of our own and a certificate for localhost, good for a day."""
    commands = [
        "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=test-ca -keyout ca.key -out ca.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout site.key -out site.csr",
        "x509 -req -in site.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -extfile names -out site.pem",
    ]
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    for command in commands:
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)


def test_the_observatory_gives_a_plus(tmp_path):
    certificate(tmp_path)
    settings = live_server.environment(tmp_path, HTTPS="true")
    live_server.seeded(tmp_path)
    (SCANNER / "conf" / "hsts-preload.json").write_text("{}")  # the real list cannot be fetched here
    with live_server.serving(
        settings,
        "--certfile",
        str(tmp_path / "site.pem"),
        "--keyfile",
        str(tmp_path / "site.key"),
        scheme="https",
    ) as address:
        scanned = subprocess.run(
            ["node", str(SCANNER / "src" / "scan.js"), address.replace("https://127.0.0.1", "localhost")],
            env={"PATH": os.environ["PATH"], "NODE_EXTRA_CA_CERTS": str(tmp_path / "ca.pem")},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    verdict = json.loads(scanned.stdout)["scan"]
    assert (verdict["grade"], verdict["testsFailed"]) == ("A+", 0)
    assert verdict["score"] >= 120
