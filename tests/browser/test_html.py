"""Every page is valid HTML, and every link on it leads somewhere."""

import re
import subprocess

import pytest

from nejtilbander.i18n.languages import path_in_language
from nejtilbander.web import inline_assets
from tests.addresses import ERRORS, PAGES, everywhere
from tests.tools import BROWSER_TOOLS

pytestmark = [pytest.mark.chromium, pytest.mark.django_db]
CHECKER = BROWSER_TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"


def test_the_nu_checker_finds_no_fault_on_any_page(reader, tmp_path):
    for number, address in enumerate(everywhere(PAGES + ERRORS)):
        name = re.sub(r"\W+", "-", address)
        content = reader.get(address, headers={"accept-encoding": ""}).content
        (tmp_path / f"{number:03}{name}.html").write_bytes(content)
    (tmp_path / "500.html").write_text(inline_assets.SERVER_ERROR_PAGE)

    checked = subprocess.run(
        ["java", "-jar", str(CHECKER), "--Werror", "--also-check-css", "--skip-non-html", str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert checked.stderr.replace(str(tmp_path), "")[:4000] == ""
    assert checked.returncode == 0


def test_no_link_on_any_page_is_dead(reader):
    pages = {}

    def html(address):
        if address not in pages:
            pages[address] = reader.get(address, headers={"accept-encoding": ""})
        return pages[address]

    for start in everywhere(PAGES + ERRORS):
        for link in re.findall(r'<a [^>]*href="([^"]+)"', html(start).content.decode()):
            if link.startswith(("https://", "tel:", "mailto:")):
                continue
            target, _, anchor = link.partition("#")
            target = {"": start}.get(target, target)
            target = f"{start.partition('?')[0]}{target}" if target.startswith("?") else target
            if path_in_language(start, "da") in ERRORS and path_in_language(target, "da") == path_in_language(
                start, "da"
            ):
                continue  # the same missing page in another language
            answer = html(target)
            assert answer.status_code in {200, 302, 303}, f"{start}: {link}"
            if anchor:
                assert f'id="{anchor}"' in answer.content.decode(), f"{start}: {link}"
