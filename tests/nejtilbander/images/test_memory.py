"""The largest picture of each format that is taken in is opened within the memory a process has."""

import subprocess
import sys

import pytest
from PIL import Image

from nejtilbander.images.decoding import MAX_PIXELS
from tests.support.live_server import ROOT, environment
from tests.support.picture_files import exif, swapped_profile

MAX_GROWTH = 200  # MB; compose.yaml gives the process of staff 512
KINDS = [
    ("PNG", "RGBA", {}), ("PNG", "P", {"transparency": b"\0" * 256}), ("PNG", "I;16", {}), ("PNG", "LA", {}),
    ("JPEG", "RGB", {}), ("JPEG", "RGB", {"progressive": True, "subsampling": "4:4:4"}),
    ("JPEG", "CMYK", {"progressive": True, "subsampling": "4:4:4"}), ("JPEG", "RGB", {"quality": 95}),
    ("WEBP", "RGBA", {}), ("AVIF", "RGBA", {"speed": 10}),
    ("PNG", "1", {}), ("PNG", "1", {"transparency": 1}), ("PNG", "L", {"transparency": 9}),
    ("PNG", "RGB", {"transparency": (9, 9, 9)}), ("PNG", "RGBA", {"icc_profile": swapped_profile()}),
    ("PNG", "RGB", {"exif": exif([(0x0112, 3, 1, b"\6\0\0\0")])}),
    ("JPEG", "L", {}), ("JPEG", "RGB", {"exif": exif([(0x0112, 3, 1, b"\6\0\0\0")]), "keep_rgb": True}),
    ("JPEG", "CMYK", {"icc_profile": swapped_profile()}), ("WEBP", "RGB", {"lossless": True, "method": 0}),
    ("MPO", "RGB", {"save_all": True, "progressive": True, "subsampling": "4:4:4"}),
    ("WEBP", "RGBA", {"save_all": True, "method": 0}), ("AVIF", "RGBA", {"save_all": True, "speed": 10}),
]  # fmt: skip
OPEN = """
import re, sys
from pathlib import Path
import django
django.setup()
from nejtilbander.images.decoding import InvalidImage, open_image
most = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before, file = most(), Path(sys.argv[1])
try:
    print(open_image(file.open("rb"), file.stat().st_size).size, end=" ")
except InvalidImage as refused:
    print(refused, end=" ")
print((most() - before) // 1024)
"""


def opened(file, tmp_path):
    """(what came of it, by how many MB the process grew)"""
    settings = environment(tmp_path, DJANGO_SETTINGS_MODULE="nejtilbander.settings")
    told = subprocess.run([sys.executable, "-c", OPEN, file], cwd=ROOT, env=settings, capture_output=True, check=True)
    result, _, grown = told.stdout.decode().strip().rpartition(" ")
    return result, int(grown)


@pytest.mark.process
@pytest.mark.parametrize(("kind", "mode", "how"), KINDS)
def test_the_largest_that_is_taken_fits(kind, mode, how, tmp_path):
    most = MAX_PIXELS["JPEG" if kind == "MPO" else kind] // (2 if mode == "CMYK" else 1)
    side, file = int(most**0.5), tmp_path / "bomb"
    others = {"append_images": [Image.new(mode, (side, side), 1)]} if "save_all" in how else {}
    Image.new(mode, (side, side)).save(file, kind, **others, **how)

    result, grown = opened(file, tmp_path)

    assert result == "(2400, 2400)"
    assert grown <= MAX_GROWTH


@pytest.mark.process
@pytest.mark.parametrize("kind", MAX_PIXELS)
def test_a_larger_one_is_refused_by_its_header(kind, tmp_path):
    side, file = int(MAX_PIXELS[kind] ** 0.5) + 1, tmp_path / "bomb"
    Image.new("L", (side, side)).save(file, kind)

    result, grown = opened(file, tmp_path)

    assert result == f"Billedet er på {side} × {side} punkter. Gør det mindre først."
    assert grown <= (20 if kind != "AVIF" else 40)
