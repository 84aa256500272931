"""Photos, and pictures made of them."""

import io
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from nejtilbander.images.decoding import open_image
from nejtilbander.images.models import Picture
from nejtilbander.images.processing import save_picture

HERE = (55, 23, 45)  # degrees, minutes, seconds


def a_photo(width=900, height=600, kind="JPEG", colour=(200, 120, 40), **how):
    """A photograph as a phone takes it: who, when and where are in it."""
    photo = Image.new("RGB", (width, height), colour)
    about = Image.Exif()
    about[0x010F] = "Telefonens mærke"
    place = about.get_ifd(0x8825)
    place[1], place[2] = "N", HERE
    about[0x8825] = place
    file = io.BytesIO()
    photo.save(file, kind, **{"exif": about, "comment": "privat", **how} if kind == "JPEG" else how)
    return file.getvalue()


def taken(body, name="foto.jpg"):
    return open_image(io.BytesIO(body), len(body))


def upload(staff, body, name="foto.jpg", **fields):
    file = SimpleUploadedFile(name, body, "image/jpeg")
    sent = {"file": file, "name": "Huse", "credit": "Kommunen", "focus_x": 50, "focus_y": 50} | fields
    return staff.post("/admin/nejtilbander/picture/add/", sent)


def a_picture(name="Huse", **fields):
    colour = tuple(zlib.crc32(name.encode()).to_bytes(4, "big")[:3])
    return save_picture(Picture(name=name, **fields), taken(a_photo(colour=colour)), None)
