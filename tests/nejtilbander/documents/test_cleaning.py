"""PDF files: what is taken in, what is left of it, and what is refused."""

import io
import json
import re
import sys
import zlib

import pytest
from pikepdf import Array, Dictionary, Encryption, Name, Pdf, Stream, StreamDecodeLevel, String

from nejtilbander.documents import cleaning
from nejtilbander.documents.cleaning import InvalidDocument, clean
from tests.support.documents import SECRETS, XMP, a_loaded_pdf, a_pdf, an_annotation, new_pdf, saved


def unpacked(body):
    """A file with nothing packed, as anybody can search it."""
    out = io.BytesIO()
    Pdf.open(io.BytesIO(body)).save(out, stream_decode_level=StreamDecodeLevel.all, compress_streams=False, qdf=True)
    return out.getvalue()


def refusal(body):
    with pytest.raises(InvalidDocument) as refused:
        clean(body, "Plan", "da")
    return str(refused.value)


def test_nothing_that_acts_or_tells_is_left():
    loaded = unpacked(a_loaded_pdf())
    assert [secret for secret in SECRETS if secret not in loaded] == []

    left = unpacked(clean(a_loaded_pdf(), "Plan", "da").body)

    assert [secret for secret in SECRETS if secret in left] == []
    assert re.findall(
        rb"/(?:JavaScript|JS|Launch|AA|OpenAction|EmbeddedFiles|AcroForm|XFA|Author|Metadata|EF)\b", left
    ) == [
        b"/AA"  # the name of a form that the author chose
    ]
    assert re.findall(rb"/URI \((.*?)\)", left) == [b"https://www.odense.dk/"]


def test_what_is_read_stays():
    body = clean(a_loaded_pdf(), "Plan", "da").body
    left = Pdf.open(io.BytesIO(body))

    assert b"(Dagsorden) Tj" in unpacked(body)
    assert b"(Set) Tj" in unpacked(body), "a filled field becomes part of the page"
    assert [str(one.Subtype) for one in left.pages[0].obj.Annots] == ["/Link"] * 4
    assert left.pages[0].obj.Resources.Font.F1.BaseFont == Name.Helvetica
    assert "/AA" in left.pages[0].obj.Resources.XObject
    assert bool(left.Root.MarkInfo.Marked)


def test_title_and_language_are_written_into_the_file():
    files = [clean(a_pdf(tagged=tagged), "Åben plan", language) for tagged, language in [(True, "da"), (False, "so")]]

    opened = [Pdf.open(io.BytesIO(file.body)) for file in files]
    assert [dict(pdf.docinfo) for pdf in opened] == [{"/Title": String("Åben plan")}] * 2
    assert [str(pdf.Root.Lang) for pdf in opened] == ["da-DK", "so"]
    assert [bool(pdf.Root.ViewerPreferences.DisplayDocTitle) for pdf in opened] == [True, True]


def test_destinations_stay():
    pdf = new_pdf()
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String("side"), Array([pdf.pages[0].obj, Name.Fit])])))

    left = Pdf.open(io.BytesIO(clean(saved(pdf), "Plan", "da").body))
    assert str(left.Root.Names.Dests.Names[0]) == "side"


@pytest.mark.parametrize(
    ("how", "facts"),
    [({}, (1, True, False, "da-DK", True)), ({"pages": 3, "tagged": False}, (3, False, False, "", True)),
     ({"text": False}, (1, True, False, "da-DK", False))],
)  # fmt: skip
def test_the_facts_of_a_file(how, facts):
    assert clean(a_pdf(**how), "Plan", "da")[1:] == facts


@pytest.mark.parametrize(
    ("xmp", "has_title"),
    [(XMP.format("Plan").encode(), True), (XMP.format(" ").encode(), False), (b"", False)],
)  # fmt: skip
def test_a_title_is_found_in_either_place(xmp, has_title):
    in_metadata, in_info = new_pdf(), new_pdf()
    in_metadata.Root.Metadata = in_metadata.make_stream(xmp)
    in_info.docinfo["/Title"] = "Plan"

    assert clean(saved(in_metadata), "Plan", "da").had_title == has_title
    assert clean(saved(in_metadata, compress_streams=False), "Plan", "da").had_title == has_title
    assert clean(saved(in_info), "Plan", "da").had_title


def test_the_same_file_is_the_same_bytes_and_another_title_is_others():
    assert clean(a_loaded_pdf(), "Plan", "da").body == clean(a_loaded_pdf(), "Plan", "da").body
    assert clean(a_pdf(), "Plan", "da").body != clean(a_pdf(), "Referat", "da").body


def a_bomb(size, **keys):
    pdf = new_pdf()
    packed = zlib.compress(b"\0" * size, 9)
    pdf.pages[0].obj.Contents = Stream(pdf, packed, **{"Filter": Name.FlateDecode, **keys})
    return saved(pdf, stream_decode_level=StreamDecodeLevel.none)


def a_loop():
    """Pages that are their own parents."""
    pdf = new_pdf()
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    return saved(pdf)


def nested(depth):
    return (
        b"%PDF-1.4\n1 0 obj\n" + b"[" * depth + b"]" * depth + b"\nendobj\ntrailer <</Root 1 0 R>>\nstartxref\n9\n%%EOF"
    )


HOSTILE = {
    "a picture": (b"\xff\xd8\xff" + b"0" * 900, cleaning.NOT_A_PDF),
    "nothing": (b"", cleaning.NOT_A_PDF),
    "a beginning": (a_pdf()[:300], cleaning.BROKEN),
    "an end that is cut": (a_pdf()[:-60], cleaning.BROKEN),
    "a file without pages": (saved(Pdf.new()), cleaning.BROKEN),
    "a loop of pages": (a_loop(), cleaning.BROKEN),
    "a tower of lists": (nested(100_000), cleaning.BROKEN),
    "a password": (saved(new_pdf(), encryption=Encryption(owner="x", user="y")), cleaning.LOCKED),
    "a lock without a password": (saved(new_pdf(), encryption=Encryption(owner="x", user="")), cleaning.LOCKED),
    "a bomb": (a_bomb(cleaning.MAX_UNPACKED + 1), cleaning.BOMB),
    "a bomb in a list of filters": (a_bomb(cleaning.MAX_UNPACKED + 1, Filter=Array([Name.FlateDecode])), cleaning.BOMB),
    "a bomb in a bomb": (a_bomb(9, Filter=Array([Name.FlateDecode, Name.FlateDecode])), cleaning.BOMB),
    "a huge picture": (a_bomb(9, Subtype=Name.Image, Width=20_000, Height=20_000), cleaning.BOMB),
    "too much": (b"%PDF-" + b"0" * cleaning.MAX_BYTES, cleaning.TOO_BIG),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_that_is_none_of_ours_is_refused_with_a_sentence(what):
    body, sentence = HOSTILE[what]
    assert refusal(body) == sentence


def test_a_file_with_too_many_pages_says_how_many():
    assert "Filen har 201 sider. Den må højst have 200." in refusal(a_pdf(pages=201))


def test_a_file_with_too_many_objects_is_refused(monkeypatch):
    monkeypatch.setattr(cleaning, "MAX_OBJECTS", 5)
    assert refusal(a_pdf()) == cleaning.BOMB


def test_a_file_that_grows_past_the_limit_is_refused(monkeypatch):
    pdf = a_pdf()
    monkeypatch.setattr(cleaning, "MAX_BYTES", len(pdf))
    with pytest.raises(InvalidDocument, match="for stor"):
        clean(pdf, "Plan " * 500, "da")


def test_objects_of_the_wrong_kind_are_a_broken_file():
    for key, value in {"Annots": Array([7]), "MarkInfo": 7, "Names": 7}.items():
        pdf = new_pdf()
        setattr(pdf.pages[0].obj if key == "Annots" else pdf.Root, key, value)
        assert refusal(saved(pdf)) == cleaning.BROKEN


def test_a_stream_that_is_cut_is_left_to_the_readers_program():
    pdf = new_pdf()
    pdf.pages[0].obj.Contents = Stream(pdf, b"not packed", Filter=Name.FlateDecode)
    assert clean(saved(pdf, stream_decode_level=StreamDecodeLevel.none), "Plan", "da").pages == 1


def test_a_list_of_links_may_be_shared_by_pages():
    pdf = new_pdf(pages=2)
    link = an_annotation(pdf, "Link", A=Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit])))
    pdf.pages[0].obj.Annots = pdf.pages[1].obj.Annots = pdf.make_indirect(Array([link]))
    left = Pdf.open(io.BytesIO(clean(saved(pdf), "Plan", "da").body))
    assert [len(page.obj.Annots) for page in left.pages] == [1, 1]


@pytest.mark.parametrize(
    ("body", "said"),
    [(a_pdf(), {"pages": 1, "is_tagged": True, "had_title": False, "stated_language": "da-DK", "has_text": True}),
     (b"GIF", {"refused": cleaning.NOT_A_PDF})],
    ids=["taken", "refused"],
)  # fmt: skip
def test_the_program_writes_facts_and_file(monkeypatch, body, said):
    asked = []
    monkeypatch.setattr(cleaning.resource, "setrlimit", lambda *limit: asked.append(limit))  # it would be ours too
    monkeypatch.setattr(sys, "argv", ["cleaning", "Plan", "da"])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body)))
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written))

    cleaning.main()

    facts, _, rest = written.getvalue().partition(b"\n")
    assert json.loads(facts) == said
    assert rest.startswith(b"%PDF-") == ("pages" in said)
    assert len(asked) == 3


def test_a_file_that_takes_all_memory_is_a_bomb(monkeypatch):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr(cleaning, "_walk", full)
    assert refusal(a_pdf()) == cleaning.BOMB
