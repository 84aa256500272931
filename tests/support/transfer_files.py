"""Texts that go out as files, and files that are not as they went out."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from nejtilbander.publishing import serialization
from nejtilbander.publishing.models import Version
from nejtilbander.transfer import json_files
from nejtilbander.transfer.json_files import TransferError, export_json, import_json, select_objects


def command(capsys, *words):
    said = StringIO()
    call_command(*words, stdout=said)
    return said.getvalue() + capsys.readouterr().out


def changed(obj, row=None, **fields):
    """The file of `thing`, with some of its fields, or of its first row inside, saying something else."""
    file = json.loads(export_json([obj]))
    content = file["texts"][json_files.object_name(obj)]
    (content[row][0] if row else content["fields"]).update(fields)
    return json.dumps(file)


def refused(text, name="pages.page frem"):
    """The sentence that says why a file is not taken; nothing of it is."""
    before = ([serialization.serialize(obj) for obj in select_objects()], Version.objects.count())
    with pytest.raises(TransferError) as told:
        import_json(text)
    assert ([serialization.serialize(obj) for obj in select_objects()], Version.objects.count()) == before
    return str(told.value).removeprefix(f"{name}").removesuffix(" Intet er hentet.")


LONG = ": Titel: Denne værdi må højst have 120 tegn (den har 20000)."


def a_po_file(*entries, language="tr"):
    """A PO file with (context, Danish, translation) entries."""
    head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {language}\\n"\n\n'
    return (head + "\n".join(f'msgctxt "{c}"\nmsgid "{d}"\nmsgstr "{t}"\n' for c, d, t in entries)).encode()
