"""Image processing: decodes uploads, strips their metadata, crops them and encodes the renditions.

A photograph from a phone says where and when it was taken, and with which phone. None of that is kept, not even in the
original. Only four formats are decoded, by chosen decoders, and only after their size is known.
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
# Pixels, so that none takes more than 200 MB. A JPEG is decoded at a smaller size, but one of several scans, which a
# header does not tell, is buffered whole at two bytes a sample: 25 million is what a phone makes by itself.
MAX_PIXELS = {"JPEG": 25_000_000, "PNG": 16_000_000, "WEBP": 9_500_000, "AVIF": 12_000_000}
Image.MAX_IMAGE_PIXELS = 100_000_000  # Pillow warns above this, and refuses twice as much
MIN_SIZE = (480, 320)  # pixels; a smaller one is blurred on a phone
MAX_SIDE = 2400  # pixels of the original
ENCODINGS: dict[str, dict[str, Any]] = {  # visually lossless, about
    "avif": {"format": "AVIF", "quality": 60, "speed": 7},
    "webp": {"format": "WEBP", "quality": 76, "method": 4},
    "jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True},
}
_ORIENTATION, _ON_ITS_SIDE = 0x0112, {5, 6, 7, 8}  # EXIF
_SEE_THROUGH = {"RGBA", "LA", "PA"}
Raster = Image.Image


class InvalidImage(Exception):
    """A file that cannot be used. The sentence (Danish) says why, and what to do."""


def open_image(file: BinaryIO, size: int) -> Raster:
    """Decodes an uploaded file of `size` bytes: upright, sRGB, opaque, without metadata, at most MAX_SIDE.

    Raises InvalidImage.
    """
    if size > MAX_BYTES:
        raise InvalidImage(f"Filen fylder {size // 1024 // 1024} MB. Den må højst fylde {MAX_BYTES // 1024 // 1024}.")
    try:
        picture: Raster = Image.open(file, formats=FORMATS)  # reads the header only
        most = MAX_PIXELS[picture.format or ""] // (2 if picture.mode == "CMYK" else 1)
        if picture.width * picture.height > most:
            raise InvalidImage(f"Billedet er på {picture.width} × {picture.height} punkter. Gør det mindre først.")
        picture.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a JPEG can be decoded at a smaller size
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
    width, height = picture.size[:: -1 if picture.getexif().get(_ORIENTATION, 1) in _ON_ITS_SIDE else 1]
    if width < MIN_SIZE[0] or height < MIN_SIZE[1]:
        raise InvalidImage(
            f"Billedet er på {width} × {height} punkter. Det skal mindst være {MIN_SIZE[0]} × {MIN_SIZE[1]}."
        )
    if picture.mode not in {"L", "RGB", "RGBA", "CMYK"}:  # a palette cannot be made smaller
        picture = picture.convert("RGBA" if picture.mode in _SEE_THROUGH or "transparency" in picture.info else "RGB")
    picture.thumbnail((MAX_SIDE, MAX_SIDE))  # before anything makes copies of it
    return _flatten(ImageOps.exif_transpose(picture) or picture)


def _flatten(picture: Raster) -> Raster:
    """Converts to sRGB on a white background, without metadata."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        try:
            source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            picture = ImageCms.profileToProfile(picture, source, target, outputMode="RGB") or picture
        except (ImageCms.PyCMSError, OSError):
            pass  # an unreadable profile is no reason to refuse the picture
    if picture.mode in _SEE_THROUGH or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    picture = picture.convert("RGB")
    pixels = Image.new("RGB", picture.size)
    pixels.paste(picture)  # leaves the metadata behind
    return pixels


def crop(picture: Raster, x: int, y: int) -> Raster:
    """The largest crop of ASPECT_RATIO, centred on the focus (percent) as far as the edges allow."""
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
    """Saves a new `picture` with its original and renditions, made from `raster`. Takes about a second.

    Returns it, or the stored picture with the same digest. A picture imported from another site has its digest set.
    """
    original = io.BytesIO()
    raster.save(original, "JPEG", quality=90)
    cropped = crop(raster, picture.focus_x, picture.focus_y)
    picture.width, picture.made_by = cropped.width, by
    metadata = f"{picture.focus_x} {picture.focus_y} {picture.credit} {picture.name}"
    picture.digest = picture.digest or hashlib.sha256(original.getvalue() + metadata.encode()).hexdigest()[:16]
    bodies = [
        (width, kind, encode(cropped.resize((width, height_of(width)), Image.Resampling.LANCZOS), kind))
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
    """Decodes the original of `picture`."""
    raster: Raster = Image.open(io.BytesIO(bytes(picture.original.body)), formats=["JPEG"])
    raster.load()
    return raster
