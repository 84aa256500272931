"""Pictures in the many ways that programs write them: the same motif in each, which may be turned or see-through."""

import io
import struct
import zlib

from PIL import Image, ImageCms, ImageDraw

SIZE = (600, 500)
COLOURS = ("white", "black", "red", "green", "blue", "yellow", "gray", "purple")


def motif(mode="RGB"):
    """Eight fields of colour, none of them where another is when the picture is turned or mirrored."""
    picture = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(picture)
    for number, colour in enumerate(COLOURS):
        left, top = number % 4 * 150, number // 4 * 250
        draw.rectangle((left, top, left + 150, top + 250), colour)
    if mode == "P":
        return picture.quantize(16)
    if mode == "LAB":
        return ImageCms.profileToProfile(picture, *map(ImageCms.createProfile, ("sRGB", "LAB")), outputMode="LAB")
    return picture.convert("L").convert(mode) if mode in {"1", "L", "LA"} else picture.convert(mode)


def saved(picture, kind="PNG", **how):
    file = io.BytesIO()
    picture.save(
        file, kind, **({"lossless": True} if kind == "WEBP" else {"quality": 95} if kind != "PNG" else {}), **how
    )
    return file.getvalue()


def see_through(mode):
    """The motif, of which the white field is left out."""
    picture = motif(mode)
    picture.putalpha(motif("L").point(lambda value: 0 if value == 255 else 255))
    return picture


def exif(body, order=b"II"):
    """`body` is (tag, type, count, four bytes) of each entry; the offsets may lie."""
    little = "<" if order == b"II" else ">"
    entries = b"".join(struct.pack(f"{little}HHI", *entry[:3]) + entry[3] for entry in body)
    head = order + struct.pack(f"{little}HI", 42, 8)
    return b"Exif\0\0" + head + struct.pack(f"{little}H", len(body)) + entries + b"\0\0\0\0"


def turned(orientation, kind="JPEG", **how):
    """The motif, stored so that `orientation` brings it upright again."""
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)  # fmt: skip
    written = motif() if back is None else motif().transpose(back)
    about = Image.Exif()
    about[0x0112] = orientation
    return saved(written, kind, exif=about, **how)


def png(bits, colour_type, rows, *, key=None, palette=b"", more=b""):
    """A PNG of SIZE, written by hand: Pillow writes few of the forms it reads. `key` is what one can see through."""

    def piece(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = piece(b"IHDR", struct.pack(">IIBBBBB", *SIZE, bits, colour_type, 0, 0, 0)) + more
    if palette:
        head += piece(b"PLTE", palette)
    if key is not None:
        head += piece(b"tRNS", struct.pack(f">{len(key)}H", *key))
    body = piece(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
    return b"\x89PNG\r\n\x1a\n" + head + body + piece(b"IEND", b"")


def grey_png(bits, key=None):
    """The motif in shades of grey, of 2, 4 or 16 bits."""
    values, levels = list(motif("L").get_flattened_data()), 2**bits - 1
    rows = [values[row : row + SIZE[0]] for row in range(0, len(values), SIZE[0])]
    if bits == 16:
        return png(16, 0, [struct.pack(f">{SIZE[0]}H", *(value * 257 for value in row)) for row in rows], key=key)
    several = 8 // bits

    def packed(row):
        steps = [round(value / 255 * levels) for value in row]
        return bytes(
            sum(step << bits * (several - 1 - place) for place, step in enumerate(steps[start : start + several]))
            for start in range(0, len(steps), several)
        )

    return png(bits, 0, [packed(row) for row in rows], key=key)


def colours_of_16_bits(key=None):
    values = list(motif().get_flattened_data())
    rows = [values[row : row + SIZE[0]] for row in range(0, len(values), SIZE[0])]
    wide = [struct.pack(f">{SIZE[0] * 3}H", *(value * 257 for pixel in row for value in pixel)) for row in rows]
    return png(16, 2, wide, key=key)


def without_adobe(jpeg):
    """`jpeg` without the segment in which Adobe says how the four inks are stored."""
    start = jpeg.index(b"\xff\xee")
    return jpeg[:start] + jpeg[start + 2 + int.from_bytes(jpeg[start + 2 : start + 4], "big") :]


def swapped_profile():
    """An ICC profile in which what is written as red is green, green is blue, and blue is red."""

    def xyz(*values):
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))

    gamma = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    text = b"text\0\0\0\0none\0\0\0\0"
    red, green, blue = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)
    tags = {
        b"wtpt": xyz(0.9642, 1, 0.8249), b"rXYZ": xyz(*green), b"gXYZ": xyz(*blue), b"bXYZ": xyz(*red),
        b"rTRC": gamma, b"gTRC": gamma, b"bTRC": gamma, b"cprt": text, b"desc": b"desc\0\0\0\0\0\0\0\2a" + b"\0" * 80,
    }  # fmt: skip
    offset, table, data = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += name + struct.pack(">II", offset + len(data), len(value))
        data += value + b"\0" * (-len(value) % 4)
    size = 128 + len(table) + len(data)
    head = struct.pack(
        ">I4sI4s4s4s12s4s", size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ", b"\0" * 12, b"acsp"
    )
    head += b"\0" * 28 + struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\0") + table + data


def swapped(picture):
    """`picture` as `swapped_profile` shows it."""
    red, green, blue = picture.split()[:3]
    return Image.merge("RGB", (blue, red, green))


def several(kind):
    """An animation, whose first frame is the motif; of a JPEG, more pictures behind the first as phones write them."""
    others = [Image.new("RGB", SIZE, "orange"), Image.new("RGB", SIZE, "pink")]
    return saved(motif(), {"JPEG": "MPO"}.get(kind, kind), save_all=True, append_images=others)


def inks():
    """The motif in four inks, as a printer's program writes it: less red is more cyan."""
    return saved(motif("CMYK"), "JPEG", subsampling=0)
