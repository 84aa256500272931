"""Cleans PDF files: what is read stays, in a new file. Runs in a process of its own (isolation.py), without Django.

From the root of the file everything is walked that a reader could reach. Scripts, actions other than links, attached
files, form data, comments and metadata are taken out; what nothing leads to any more is not written. Filled fields and
stamps become part of the page. Title and language are written in: screen readers and tabs say them.
"""

import io
import json
import re
import resource
import sys
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String

MAX_BYTES = 10 * 1024 * 1024
MAX_PAGES = 200
MAX_UNPACKED = 100_000_000  # bytes of all streams but pictures, which a reader's program unpacks to show the file
MAX_PIXELS = 100_000_000  # of one picture
MAX_OBJECTS = 500_000
CHUNK = 1_000_000
MEMORY, CPU = 384 * 1024 * 1024, 20  # bytes of address space and seconds, of the process
# What a document is, for its root. All else there acts, or is data beside the pages: /AcroForm, /OpenAction, /AF.
ROOT_KEYS = {
    "/Type", "/Pages", "/Lang", "/MarkInfo", "/StructTreeRoot", "/Outlines", "/Names", "/Dests", "/PageLabels",
    "/PageLayout", "/ViewerPreferences", "/OCProperties", "/OutputIntents", "/Version", "/Extensions",
}  # fmt: skip
DROPPED_KEYS = {
    "/AA", "/AF", "/EF", "/JS", "/LastModified", "/Metadata", "/Next", "/OpenAction", "/OPI", "/PA", "/Perms",
    "/PieceInfo", "/PresSteps", "/Ref", "/RichMediaContent", "/Thumb", "/XFA",
}  # fmt: skip
STREAM_KEYS = {"/F", "/FFilter", "/FDecodeParms"}  # they would fetch the stream from another file
# Below these keys the names are the author's own: a font may be called /AA.
NAMED_BY_AUTHOR = {
    "/CharProcs", "/ClassMap", "/ColorSpace", "/Dests", "/ExtGState", "/Font", "/Pattern", "/Properties", "/RoleMap",
    "/Shading", "/XObject",
}  # fmt: skip
ACTIONS = {
    "/GoTo3DView", "/GoToDp", "/GoToE", "/GoToR", "/Hide", "/ImportData", "/JavaScript", "/Launch", "/Movie",
    "/Rendition", "/ResetForm", "/RichMediaExecute", "/SetOCGState", "/Sound", "/SubmitForm", "/Thread", "/Trans",
}  # fmt: skip
COMMENTS = {"/3D", "/FileAttachment", "/Movie", "/Popup", "/RichMedia", "/Screen", "/Sound", "/Text"}
LINK_DETAILS = {"/M", "/T", "/NM", "/CreationDate", "/RC", "/Subj"}  # who made a link, and when
ALLOWED_LINK = re.compile(r"(https?://|mailto:|tel:)[^\s]+\Z", re.IGNORECASE)

TOO_BIG = f"Filen er for stor. Den må højst fylde {MAX_BYTES // 1024 // 1024} MB."
NOT_A_PDF = "Filen er ikke en PDF. Gem teksten som PDF, og prøv igen."
BROKEN = "Filen er i stykker. Gem den som PDF igen, og prøv med den nye fil."
LOCKED = "Filen er låst med en adgangskode. Gem den uden, og prøv igen."
BOMB = "Filen er pakket sådan, at den kan få læsernes program til at gå i stå. Gem den som PDF igen."


class InvalidDocument(Exception):
    """A file that cannot be used. The sentence (Danish) says why, and what to do."""


class CleanedPdf(NamedTuple):
    """A cleaned file. `stated_language`: the one the upload said it was in, "" for none. `has_text`: it has letters,
    not only pictures of them."""

    body: bytes
    pages: int
    is_tagged: bool
    had_title: bool
    stated_language: str
    has_text: bool


def clean(upload: bytes, title: str, language: str) -> CleanedPdf:
    """The pages of `upload` as a new file with this title and language (a code). Raises InvalidDocument."""
    if len(upload) > MAX_BYTES:
        raise InvalidDocument(TOO_BIG)
    if b"%PDF-" not in upload[:1024]:
        raise InvalidDocument(NOT_A_PDF)
    try:
        with pikepdf.open(io.BytesIO(upload), attempt_recovery=False, suppress_warnings=True) as pdf:
            return _clean(pdf, title, language)
    except pikepdf.PasswordError:
        raise InvalidDocument(LOCKED) from None
    except MemoryError:
        raise InvalidDocument(BOMB) from None
    except (pikepdf.PdfError, pikepdf.ForeignObjectError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise InvalidDocument(BROKEN) from error  # a forged file has an object of the wrong kind anywhere
    except (NotImplementedError, RuntimeError, OverflowError, RecursionError) as error:
        raise InvalidDocument(BROKEN) from error


def _clean(pdf: pikepdf.Pdf, title: str, language: str) -> CleanedPdf:
    if pdf.is_encrypted:
        raise InvalidDocument(LOCKED)
    pages = len(pdf.pages)
    if not 0 < pages <= MAX_PAGES:
        raise InvalidDocument(
            f"Filen har {pages} sider. Den må højst have {MAX_PAGES}. Del den i flere." if pages else BROKEN
        )
    had_title, stated_language = _has_title(pdf), str(pdf.Root.get("/Lang", ""))
    is_tagged = "/StructTreeRoot" in pdf.Root and bool(pdf.Root.get("/MarkInfo", Dictionary()).get("/Marked", False))
    _clean_annotations(pdf)
    _clean_root(pdf)
    has_text = _walk(pdf.Root)
    _write_facts(pdf, title, language, stated_language)
    out = io.BytesIO()
    pdf.save(
        out, object_stream_mode=pikepdf.ObjectStreamMode.generate, stream_decode_level=pikepdf.StreamDecodeLevel.none,
        deterministic_id=True,
    )  # fmt: skip
    if out.tell() > MAX_BYTES:
        raise InvalidDocument(TOO_BIG)
    return CleanedPdf(out.getvalue(), pages, is_tagged, had_title, stated_language[:20], has_text)


def _has_title(pdf: pikepdf.Pdf) -> bool:
    info, xmp = pdf.trailer.get("/Info"), pdf.Root.get("/Metadata")
    if isinstance(info, Dictionary) and str(info.get("/Title", "")).strip():
        return True
    return isinstance(xmp, Stream) and bool(re.search(rb"<dc:title>.*?<rdf:li[^>]*>\s*[^\s<]", _unpack(xmp), re.DOTALL))


def _unpack(stream: Stream) -> bytes:
    """At most CHUNK bytes of a stream that is not compressed, or compressed as nearly all are."""
    packed = stream.read_raw_bytes()
    return zlib.decompressobj().decompress(packed, CHUNK) if "/Filter" in stream else packed[:CHUNK]


def _clean_annotations(pdf: pikepdf.Pdf) -> None:
    """Comments go, what is seen on the paper becomes part of it, and links stay."""
    for page in pdf.pages:
        _keep_annotations(page.obj, lambda kind: kind not in COMMENTS)
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("screen")
    for page in pdf.pages:
        _keep_annotations(page.obj, lambda kind: kind == "/Link")


def _keep_annotations(page: Object, is_kept: Any) -> None:
    """Those that go are emptied too: a structure tree may still lead to them."""
    annotations = page.get("/Annots")
    if annotations is None:
        return
    kept = Array()
    for annotation in annotations:
        if is_kept(str(annotation.get("/Subtype", ""))):
            kept.append(annotation)
        else:
            _empty(annotation)
    page.Annots = kept


def _empty(dictionary: Object) -> None:
    for key in list(dictionary.keys()):
        del dictionary[key]


def _clean_root(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root
    for key in [key for key in root.keys() if key not in ROOT_KEYS]:  # noqa: SIM118 - a Dictionary is no dict
        del root[key]
    if "/Names" in root:
        destinations = root.Names.get("/Dests")
        root.Names = Dictionary() if destinations is None else Dictionary(Dests=destinations)
    for key in [key for key in pdf.trailer.keys() if key not in {"/Root", "/Size"}]:  # noqa: SIM118
        del pdf.trailer[key]


def _walk(root: Object) -> bool:
    """Cleans everything under `root`. Returns True when it has a font. Raises InvalidDocument for a bomb."""
    stack: list[tuple[Object, bool]] = [(root, False)]
    seen: set[tuple[tuple[int, int], bool]] = set()
    unpacked, count, has_font = 0, 0, False
    while stack:
        node, is_named = stack.pop()
        count += 1
        if count > MAX_OBJECTS:
            raise InvalidDocument(BOMB)
        if node.is_indirect:
            if (node.objgen, is_named) in seen:
                continue
            seen.add((node.objgen, is_named))
        if isinstance(node, Array):
            stack += [(item, False) for item in _containers(node)]
            continue
        if not is_named:
            _clean_dictionary(node)
        has_font = has_font or node.get("/Type") == Name.Font
        if isinstance(node, Stream):
            unpacked += _unpacked_size(node, MAX_UNPACKED - unpacked)
        stack += [(item, key in NAMED_BY_AUTHOR and not is_named) for key, item in _entries(node)]
    return has_font


def _containers(array: Object) -> Iterator[Object]:
    return (item for item in array if isinstance(item, (Array, Dictionary, Stream)))


def _entries(node: Object) -> list[tuple[str, Object]]:
    return [(key, item) for key, item in node.items() if isinstance(item, (Array, Dictionary, Stream))]


def _clean_dictionary(node: Object) -> None:
    """Without the keys that act or tell, and empty when it is an action that does more than lead somewhere."""
    if _is_unsafe_action(node):
        _empty(node)
    dropped = DROPPED_KEYS
    if isinstance(node, Stream):
        dropped = dropped | STREAM_KEYS
    if node.get("/Subtype") == Name.Link:
        dropped = dropped | LINK_DETAILS
    for key in dropped:
        if key in node:
            del node[key]


def _is_unsafe_action(node: Object) -> bool:
    kind = node.get("/S")
    if kind == Name.URI:
        return not ALLOWED_LINK.match(str(node.get("/URI", "")))
    return isinstance(kind, Name) and str(kind) in ACTIONS


def _unpacked_size(stream: Object, left: int) -> int:
    """How many bytes a stream is unpacked. Raises InvalidDocument when it is more than `left`, or a huge picture."""
    if stream.get("/Subtype") == Name.Image:
        if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > MAX_PIXELS:
            raise InvalidDocument(BOMB)
        return 0
    filters = stream.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, Array) else [str(filters)]
    packed, size = stream.read_raw_bytes(), 0
    if names.count("/FlateDecode") > 1:  # a bomb in a bomb; no program writes it
        raise InvalidDocument(BOMB)
    if names[0] == "/FlateDecode":
        unpacker = zlib.decompressobj()
        while packed and size <= left:
            try:
                size += len(unpacker.decompress(packed, CHUNK))
            except zlib.error:  # the reader's program stops here too
                break
            packed = unpacker.unconsumed_tail
    if size > left:
        raise InvalidDocument(BOMB)
    return size


def _write_facts(pdf: pikepdf.Pdf, title: str, language: str, stated_language: str) -> None:
    """Title and language, and that programs show the title instead of the file's name."""
    if stated_language.lower().partition("-")[0] != language:
        pdf.Root.Lang = String(language)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.trailer.Info = pdf.make_indirect(Dictionary(Title=String(title)))


def main() -> None:
    """Cleans the file on standard input. Standard output: a line of JSON, then the new file.

    The arguments are title and language. The line is {"refused": sentence}, or the facts of CleanedPdf.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        cleaned = clean(sys.stdin.buffer.read(MAX_BYTES + 1), *sys.argv[1:3])
    except InvalidDocument as refused:
        facts, body = {"refused": str(refused)}, b""
    else:
        facts, body = {name: value for name, value in cleaned._asdict().items() if name != "body"}, cleaned.body
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + body)


if __name__ == "__main__":
    main()
