"""Decodes uploaded pictures, and strips their metadata.

A photograph from a phone says where and when it was taken, and with which phone. None of that is kept, not even in the
original. Only four formats are decoded, by chosen decoders, and only after their size is known. What is taken looks as
it does in a browser; what cannot be is refused with a sentence (docs/decisions/0025).
"""

import io
from typing import BinaryIO

from PIL import Image, ImageChops, ImageCms, ImageFile, UnidentifiedImageError

from nejtilbander.images.models import ASPECT_RATIO

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MAX_BYTES = 20 * 1024 * 1024
# Pixels, so that none takes more than 200 MB. A JPEG is decoded at a smaller size, but one of several scans, which a
# header does not tell, is buffered whole at two bytes a sample: 25 million is what a phone makes by itself.
MAX_PIXELS = {"JPEG": 25_000_000, "PNG": 16_000_000, "WEBP": 9_000_000, "AVIF": 12_000_000}
Image.MAX_IMAGE_PIXELS = 100_000_000  # Pillow warns above this, and refuses twice as much
MIN_SIZE = (480, 320)  # pixels; a smaller one is blurred on a phone
MAX_SIDE = 2400  # pixels of the original
_ORIENTATION = 0x0112  # EXIF; its values are the keys of _UPRIGHT
_ON_ITS_SIDE = {5, 6, 7, 8}
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
_GREY_LEVELS = {"L;2": 3, "L;4": 15}  # by Pillow's raw mode; it widens the pixels to 255, but not the see-through value
Raster = Image.Image


class InvalidImage(Exception):
    """A file that cannot be used. The sentence (Danish) says why, and what to do."""


def open_image(file: BinaryIO, size: int) -> Raster:
    """Decodes an uploaded file of `size` bytes: upright, sRGB, opaque, without metadata, at most MAX_SIDE.

    Of an animation the first frame. Raises InvalidImage, and nothing else, whatever the file.
    """
    if size > MAX_BYTES:
        raise InvalidImage(f"Filen fylder {size // 1024 // 1024} MB. Den må højst fylde {MAX_BYTES // 1024 // 1024}.")
    try:
        return _decode(file)
    except InvalidImage:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidImage("Billedet er alt for stort. Gør det mindre først.") from None
    except UnidentifiedImageError:
        raise InvalidImage(
            "Filen er ikke et billede, som siden kan læse. Brug JPEG, PNG, WebP eller AVIF. "
            "En telefon, der gemmer HEIC, kan sættes til at gemme JPEG."
        ) from None
    except Exception as error:  # on cut or forged bytes decoders raise struct.error, KeyError and more
        raise InvalidImage("Filen er i stykker. Prøv at gemme billedet igen.") from error


def _decode(file: BinaryIO) -> Raster:
    picture: Raster = Image.open(file, formats=FORMATS)  # reads the header only
    kind = "JPEG" if picture.format == "MPO" else picture.format or ""  # a JPEG with more pictures behind the first
    if picture.width * picture.height > MAX_PIXELS[kind] // (2 if picture.mode == "CMYK" else 1):
        raise InvalidImage(f"Billedet er på {picture.width} × {picture.height} punkter. Gør det mindre først.")
    raw_mode = _raw_mode(picture)
    picture.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a JPEG can be decoded at a smaller size
    picture.load()
    orientation = _orientation(picture)
    width, height = picture.size
    _refuse_small(*((height, width) if orientation in _ON_ITS_SIDE else (width, height)))
    picture = _eight_bits(picture, raw_mode)
    picture.thumbnail((MAX_SIDE, MAX_SIDE))  # before anything makes copies of it
    picture = _to_srgb(_on_white(picture))
    if orientation in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[orientation])
    if min(picture.width, picture.height * ASPECT_RATIO[0] // ASPECT_RATIO[1]) < MIN_SIZE[0]:
        raise InvalidImage("Billedet er meget langt og smalt. Skær det til først.")
    return picture


def _raw_mode(picture: Raster) -> str:
    """How the pixels of an opened, not yet loaded file are stored, in Pillow's words: "L;2", "RGB;16B"."""
    args = picture.tile[0].args if isinstance(picture, ImageFile.ImageFile) and picture.tile else ""
    return str(args[0] if isinstance(args, tuple) and args else args)


def _orientation(picture: Raster) -> int:
    """The EXIF orientation, 1 to 8; 1 where the metadata cannot be read: that is no reason to refuse the picture."""
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - as many kinds as there are ways to write it wrong
        return 1


def _refuse_small(width: int, height: int) -> None:
    if width < MIN_SIZE[0] or height < MIN_SIZE[1]:
        raise InvalidImage(
            f"Billedet er på {width} × {height} punkter. Det skal mindst være {MIN_SIZE[0]} × {MIN_SIZE[1]}."
        )


def _eight_bits(picture: Raster, raw_mode: str) -> Raster:
    """Converts to L, LA, RGB, RGBA or CMYK, which can be made smaller; the one colour that is see-through to alpha."""
    key = picture.info.get("transparency")
    if key is not None and "16" in raw_mode:
        # Of colours Pillow drops the lower half of each value, and with it which pixels are meant.
        raise InvalidImage("Billedet har 16 bit og en gennemsigtig farve. Gem det med 8 bit, eller som JPEG.")
    if raw_mode in _GREY_LEVELS and isinstance(key, int):
        picture.info["transparency"] = key * 255 // _GREY_LEVELS[raw_mode]
    if key is not None:
        return picture.convert("RGBA")
    if picture.mode.startswith("I"):  # convert() alone would clip at 255: a white picture
        return picture.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    return picture if picture.mode in {"L", "LA", "RGB", "RGBA", "CMYK"} else picture.convert("RGB")


def _on_white(picture: Raster) -> Raster:
    """Without alpha, in its own colours."""
    if picture.mode not in {"LA", "RGBA"}:
        return picture
    opaque = picture.convert(picture.mode[:-1])
    opaque.paste("white", None, ImageChops.invert(picture.getchannel("A")))
    return opaque


def _to_srgb(picture: Raster) -> Raster:
    """In the colours of the web, without metadata."""
    profile = picture.info.get("icc_profile")
    if profile:
        try:
            source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            picture = ImageCms.profileToProfile(picture, source, target, outputMode="RGB") or picture
        except Exception:  # noqa: BLE001, S110 - an unreadable profile is no reason to refuse the picture
            pass
    pixels = Image.new("RGB", picture.size)
    pixels.paste(picture.convert("RGB"))  # leaves the metadata behind
    return pixels
