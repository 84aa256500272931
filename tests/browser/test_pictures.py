"""A picture that is taken looks as its file does in Chromium."""

import base64

import pytest
from playwright.sync_api import Browser, Page

from tests.nejtilbander.images.test_decoding import ALIKE
from tests.support import picture_files as files
from tests.support.pictures import taken

pytestmark = pytest.mark.chromium
TOLERANCE = 12  # of 255: Chromium turns four inks into light a little differently
MIDDLES = [(number % 4 * 150 + 75, number // 4 * 250 + 125) for number in range(8)]
COLOURS = """async ([file, middles]) => {
    const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0))
    const image = new Image()
    image.src = URL.createObjectURL(new Blob([bytes]))
    await image.decode()
    const canvas = document.createElement("canvas")
    canvas.width = image.naturalWidth
    canvas.height = image.naturalHeight
    const paper = canvas.getContext("2d")
    paper.fillStyle = "white"
    paper.fillRect(0, 0, canvas.width, canvas.height)
    paper.drawImage(image, 0, 0)
    return middles.map(([x, y]) => [...paper.getImageData(x, y, 1, 1).data.slice(0, 3)])
}"""
PROFILES = {
    "PNG with a profile": lambda: files.saved(files.motif(), icc_profile=files.swapped_profile()),
    "PNG with a profile and alpha": lambda: files.saved(files.see_through("RGB"), icc_profile=files.swapped_profile()),
}
# Of a WebP Chromium leaves the orientation out. The camera knew better.
AS_IN_CHROMIUM = {name: file for name, file in (ALIKE | PROFILES).items() if name != "WEBP, orientation 6"}


@pytest.fixture(scope="module")
def canvas(browser: Browser):
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("written", AS_IN_CHROMIUM)
def test_a_picture_that_is_taken_looks_as_it_does_in_a_browser(canvas: Page, written: str):
    body = AS_IN_CHROMIUM[written]()
    shown = canvas.evaluate(COLOURS, [base64.b64encode(body).decode(), MIDDLES])

    picture = taken(body)

    for middle, colour in zip(MIDDLES, shown, strict=True):
        assert picture.getpixel(middle) == pytest.approx(tuple(colour), abs=TOLERANCE)
