"""Every page is valid HTML, and every link on it leads somewhere."""

import re
import subprocess

import pytest

from nejtilbander.i18n.languages import path_in_language
from nejtilbander.web import inline_assets
from tests.support.addresses import ERRORS, PAGES, everywhere
from tests.support.machine_tools import BROWSER_TOOLS

pytestmark = [pytest.mark.chromium, pytest.mark.django_db]
CHECKER = BROWSER_TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"


@pytest.fixture(scope="module")
def answers():
    """What was asked before, by address. No test here changes anything."""
    return {}


@pytest.fixture
def ask(reader, answers):
    """A function that gives a page as it is sent, unpacked."""

    def page(address):
        if address not in answers:
            answers[address] = reader.get(address, headers={"accept-encoding": ""})
        return answers[address]

    return page


def test_the_nu_checker_finds_no_fault_on_any_page(ask, tmp_path):
    for number, address in enumerate(everywhere(PAGES + ERRORS)):
        name = re.sub(r"\W+", "-", address)
        (tmp_path / f"{number:03}{name}.html").write_bytes(ask(address).content)
    (tmp_path / "500.html").write_text(inline_assets.SERVER_ERROR_PAGE)

    checked = subprocess.run(
        # For a short run: to make its code as fast as it can be takes longer than to run it.
        ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m", "-jar", str(CHECKER),
         "--Werror", "--also-check-css", "--skip-non-html", str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert checked.stderr.replace(str(tmp_path), "")[:4000] == ""
    assert checked.returncode == 0


def test_no_link_on_any_page_is_dead(ask):
    for start in everywhere(PAGES + ERRORS):
        for link in re.findall(r'<a [^>]*href="([^"]+)"', ask(start).content.decode()):
            if link.startswith(("https://", "tel:", "mailto:")):
                continue
            target, _, anchor = link.partition("#")
            target = {"": start}.get(target, target)
            target = f"{start.partition('?')[0]}{target}" if target.startswith("?") else target
            if path_in_language(start, "da") in ERRORS and path_in_language(target, "da") == path_in_language(
                start, "da"
            ):
                continue  # the same missing page in another language
            answer = ask(target)
            assert answer.status_code in {200, 302, 303}, f"{start}: {link}"
            if anchor:
                assert f'id="{anchor}"' in answer.content.decode(), f"{start}: {link}"
