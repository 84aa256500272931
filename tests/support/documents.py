"""PDF files as programs write them, and as nobody should; and documents made of them."""

import io
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from nejtilbander.documents.storing import store_document

SECRETS = [b"Grete", b"Hans", b"hemmelig", b"app.alert", b"skadelig", b"2019", b"Skriveprogram"]
XMP = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:title>'
    '<xmp:CreatorTool>Skriveprogram</xmp:CreatorTool></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


def a_script():
    return Dictionary(S=Name.JavaScript, JS=String("app.alert('skadelig')"))


def new_pdf(*, pages=1, tagged=True, text=True):
    """An open file, as a word processor writes it: with a font, a structure and a language."""
    pdf = Pdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(300, 400))
    if text:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font)))
        pdf.pages[0].obj.Contents = pdf.make_stream(b"BT /F1 18 Tf 20 300 Td (Dagsorden) Tj ET")
    if tagged:
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        pdf.Root.Lang = String("da-DK")
    return pdf


def saved(pdf, **how):
    file = io.BytesIO()
    pdf.save(file, **how)
    return file.getvalue()


def a_pdf(**how):
    return saved(new_pdf(**how))


def an_annotation(pdf, kind, **keys):
    return pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=[10, 10, 90, 30], **keys))


def a_loaded_pdf():
    """A file that acts by itself and tells who wrote it, in every place we know of."""
    pdf = new_pdf()
    page = pdf.pages[0].obj
    seen = Stream(pdf, b"BT /F1 9 Tf (Set) Tj ET", Subtype=Name.Form, BBox=[0, 0, 80, 20])
    field = an_annotation(
        pdf, "Widget", FT=Name.Tx, T=String("Hans"), AA=Dictionary(K=a_script()), AP=Dictionary(N=seen)
    )
    site = Dictionary(S=Name.URI, URI=String("https://www.odense.dk/"), Next=a_script())
    page.Annots = Array([
        an_annotation(pdf, "Link", A=site, T=String("Hans"), M=String("D:2019"), PA=a_script()),
        an_annotation(pdf, "Link", A=Dictionary(S=Name.Launch, F=String("skadelig.exe"))),
        an_annotation(pdf, "Link", A=Dictionary(S=Name.URI, URI=String("javascript:app.alert(1)"))),
        an_annotation(pdf, "Text", Contents=String("hemmelig"), T=String("Grete")),
        an_annotation(pdf, "RichMedia", RichMediaContent=Dictionary()),
        field,
    ])  # fmt: skip
    pdf.Root.StructTreeRoot.K = Dictionary(Type=Name.OBJR, Obj=page.Annots[3])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=String("skadelig"))
    pdf.Root.OpenAction, pdf.Root.AA = a_script(), Dictionary(WC=a_script())
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=[String("a"), a_script()]))
    # The same dictionary as fonts, where any name is the author's own, and as a link, where /AA acts.
    twice = an_annotation(pdf, "Link", AA=Dictionary(U=a_script()), BS=Dictionary(W=0))
    page.Resources.ExtGState = Dictionary(Font=twice)
    page.Annots.append(twice)
    pdf.attachments["bilag.txt"] = b"hemmelig"
    page.PieceInfo = Dictionary(Word=Dictionary(LastModified=String("D:2019"), Private=String("Grete")))
    page.Metadata = pdf.make_stream(b"<x>Grete</x>")
    page.Resources.XObject = Dictionary(
        AA=pdf.make_stream(b"", Subtype=Name.Form, BBox=[0, 0, 1, 1], F=String("skadelig"))
    )
    pdf.Root.Metadata = pdf.make_stream(XMP.format("Plan").encode())
    for key, value in {"Author": "Grete", "Producer": "Skriveprogram", "CreationDate": "D:2019"}.items():
        pdf.docinfo[f"/{key}"] = value
    return saved(pdf)


def a_bomb_of_objects(megabytes):
    """A file whose objects are packed in a stream that is this large when unpacked: nothing is known before it is."""
    packer = zlib.compressobj(9)
    packed = packer.compress(b"5 0 ") + b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes))
    packed += packer.compress(b"<</Type/Catalog>>") + packer.flush()
    head = b"%PDF-1.5\n"
    objects = b"2 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n"
    objects = head + objects % (len(packed), packed)
    rows = [(0, 0, 0), (0, 0, 0), (1, len(head), 0), (1, len(objects), 0), (0, 0, 0), (2, 2, 0)]
    table = b"".join(bytes([kind]) + place.to_bytes(4, "big") + bytes([last]) for kind, place, last in rows)
    index = b"3 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 5 0 R/Length %d>>\nstream\n%s\nendstream\nendobj\n"
    return objects + index % (len(table), table) + b"startxref\n%d\n%%%%EOF\n" % len(objects)


def upload_document(staff, body, **fields):
    sent = {"file": SimpleUploadedFile("x.pdf", body, "application/pdf"), "title": "Dagsorden", "language": "da"}
    return staff.post("/admin/nejtilbander/document/add/", sent | fields)


def a_document(title="Dagsorden", language="da", **how):
    return store_document(a_pdf(**how), title, language, None)
