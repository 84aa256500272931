"""From a file somebody uploads to what readers get: colours and nothing else.

A photograph from a phone says where it was taken, when, and with which phone. None of it is kept, not even in what the
renditions are made from. Only four formats are opened, by decoders we chose, and only after their size is known.
"""

import hashlib
import io
from typing import Any, BinaryIO

from django.contrib.auth.models import User
from django.db import transaction
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from nejtilbander.images.models import ASPECT_RATIO, MEDIA_TYPES, Original, Picture, Rendition, height_of

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000  # about a phone's largest; decoded it takes 180 MB for a moment
Image.MAX_IMAGE_PIXELS = 2 * MAX_PIXELS  # the library warns of more than this, and refuses twice as much
MIN_SIZE = (480, 320)  # pixels; less is blurred on a phone
MAX_SIDE = 2400  # pixels kept
ENCODINGS: dict[str, dict[str, Any]] = {  # about what eyes cannot tell apart
    "avif": {"format": "AVIF", "quality": 60, "speed": 7},
    "webp": {"format": "WEBP", "quality": 76, "method": 4},
    "jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True},
}
Raster = Image.Image


class InvalidImage(Exception):
    """A file that is not taken. The sentence says why, and what to do."""


def open_image(file: BinaryIO, size: int) -> Raster:
    """The picture in an uploaded file of `size` bytes: upright, in sRGB, not transparent, no longer than needed.

    Raises NotAPicture.
    """
    if size > MAX_BYTES:
        raise InvalidImage(f"Filen fylder {size // 1024 // 1024} MB. Den må højst fylde {MAX_BYTES // 1024 // 1024}.")
    try:
        picture: Raster = Image.open(file, formats=FORMATS)  # reads the beginning alone
        if picture.width * picture.height > MAX_PIXELS:
            raise InvalidImage(f"Billedet er på {picture.width} × {picture.height} punkter. Gør det mindre først.")
        picture.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a JPEG can be read smaller at once
        picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidImage("Billedet er alt for stort. Gør det mindre først.") from None
    except UnidentifiedImageError:
        raise InvalidImage(
            "Filen er ikke et billede, som siden kan læse. Brug JPEG, PNG, WebP eller AVIF. "
            "En telefon, der gemmer HEIC, kan sættes til at gemme JPEG."
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError):
        raise InvalidImage("Filen er i stykker. Prøv at gemme billedet igen.") from None
    upright = ImageOps.exif_transpose(picture) or picture
    if upright.width < MIN_SIZE[0] or upright.height < MIN_SIZE[1]:
        raise InvalidImage(
            f"Billedet er på {upright.width} × {upright.height} punkter. "
            f"Det skal mindst være {MIN_SIZE[0]} × {MIN_SIZE[1]}."
        )
    bare = _flatten(upright)
    bare.thumbnail((MAX_SIDE, MAX_SIDE))
    return bare


def _flatten(picture: Raster) -> Raster:
    """In the colours of the web, on white, and with nothing attached."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        try:
            its, ours = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            picture = ImageCms.profileToProfile(picture, its, ours, outputMode="RGB") or picture
        except (ImageCms.PyCMSError, OSError):
            pass  # a profile that cannot be read is no reason to refuse the picture
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture)
    picture = picture.convert("RGB")
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)  # the pixels, and none of what came with them
    return bare


def crop(picture: Raster, x: int, y: int) -> Raster:
    """The largest piece in our shape, as near the middle of the focus (percent) as the edges allow."""
    width = min(picture.width, picture.height * ASPECT_RATIO[0] // ASPECT_RATIO[1])
    height = min(picture.height, picture.width * ASPECT_RATIO[1] // ASPECT_RATIO[0])
    left = min(max(picture.width * x // 100 - width // 2, 0), picture.width - width)
    top = min(max(picture.height * y // 100 - height // 2, 0), picture.height - height)
    return picture.crop((left, top, left + width, top + height))


def encode(picture: Raster, kind: str) -> bytes:
    body = io.BytesIO()
    picture.save(body, **ENCODINGS[kind])
    return body.getvalue()


def save_picture(picture: Picture, raster: Raster, by: User | None) -> Picture:
    """Save `picture` (new) with everything readers can be given of it, made from `raster`. Takes about a second.

    Returns it, or the one that is here already and is the same. One from another site comes with its mark.
    """
    original = io.BytesIO()
    raster.save(original, "JPEG", quality=90)
    piece = crop(raster, picture.focus_x, picture.focus_y)
    picture.width, picture.made_by = piece.width, by
    told = f"{picture.focus_x} {picture.focus_y} {picture.credit} {picture.name}"
    picture.digest = picture.digest or hashlib.sha256(original.getvalue() + told.encode()).hexdigest()[:16]
    bodies = [
        (width, kind, encode(piece.resize((width, height_of(width)), Image.Resampling.LANCZOS), kind))
        for width in picture.widths
        for kind in MEDIA_TYPES
    ]
    with transaction.atomic():
        if twin := Picture.objects.filter(digest=picture.digest).first():
            return twin
        picture.save()
        Original.objects.create(picture=picture, body=original.getvalue())
        Rendition.objects.bulk_create(
            [Rendition(picture=picture, width=width, kind=kind, body=body) for width, kind, body in bodies]
        )
    return picture


def load_original(picture: Picture) -> Raster:
    """What its renditions are made from."""
    raster: Raster = Image.open(io.BytesIO(bytes(picture.original.body)), formats=["JPEG"])
    raster.load()
    return raster
