"""Kept pages in real processes: news reaches them all within two seconds, and they outlive the database."""

import subprocess
import sys
import urllib.request

import pytest

from tests.support.freshness import NEW, PATH, PUBLISH, lateness
from tests.support.live_server import ROOT, answers, environment, free_port, seeded, serving
from tests.support.waiting import patience, wait_until


def read(address):
    with urllib.request.urlopen(address, timeout=patience(2)) as answer:
        return answer.read().decode()


@pytest.fixture
def settings(tmp_path):
    seeded(tmp_path)
    port = free_port()
    return environment(tmp_path, SITE_URL=f"http://127.0.0.1:{port}"), port


@pytest.mark.process
def test_every_process_has_the_news_within_two_seconds(settings):
    settings, port = settings
    with serving(settings, "--workers", "3", port=port) as site:
        assert not any(NEW in read(site + PATH) for _ in range(30)), "kept by all three"
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", PUBLISH], cwd=ROOT, env=settings, check=True,
            capture_output=True, timeout=patience(6),
        )  # fmt: skip
        late, made = lateness(lambda: NEW in read(site + PATH), lambda: read(f"{site}/soeg/?q=vold"), steady=2)
        assert late < 2 + 10 * made, (late, made)


@pytest.mark.process
def test_kept_pages_outlive_the_database_and_a_restart_without_it(settings, tmp_path):
    settings, port = settings
    kept = tmp_path / "kept-pages.json"
    with serving(settings, "--workers", "1", port=port) as site:
        before = read(site + PATH)
        wait_until(lambda: read(site + PATH) and kept.exists(), "the kept pages on the disk")
    (tmp_path / "site.sqlite3").rename(tmp_path / "away.sqlite3")

    with serving(settings, "--workers", "1", port=port) as site:
        assert read(site + PATH) == before
        assert "112" in read(f"{site}/hjaelp/")
        assert answers(f"{site}/indsatser/byens-rum/") in {500, 503}, "this one nobody had read"
