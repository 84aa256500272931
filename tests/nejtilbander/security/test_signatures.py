"""What staff signed is known again, and nothing else is."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from nacl.signing import SigningKey

from nejtilbander.environment import verify_key
from nejtilbander.security.signatures import is_signed, may_sign, sign

CONTENT = (7, {"da": "Hej", "ar": "مرحبا"}, None)


def test_a_signature_is_valid_for_its_purpose_and_content_alone():
    signature = sign("letter", *CONTENT)

    assert is_signed(signature, "letter", 7, {"ar": "مرحبا", "da": "Hej"}, None)
    for purpose, *content in [
        ("key", *CONTENT),
        ("letter", 8, *CONTENT[1:]),
        ("letter", 7, {"da": "Hej!", "ar": "مرحبا"}, None),
        ("letter", 7, CONTENT[1], "2026-11-29"),
        ("letter", *CONTENT, None),
        ("letter", *CONTENT[:2]),
    ]:
        assert not is_signed(signature, purpose, *content), (purpose, content)


@pytest.mark.parametrize("signature", [None, b"", b"x", bytes(64), memoryview(bytes(64)), bytes(65)])
def test_what_is_no_signature_is_not_valid(signature):
    assert not is_signed(signature, "letter", *CONTENT)


def test_a_signature_by_another_key_is_not_valid(settings):
    signature = sign("letter", *CONTENT)
    settings.SIGNING_KEY = SigningKey.generate().encode().hex()
    theirs = sign("letter", *CONTENT)

    assert (is_signed(theirs, "letter", *CONTENT), is_signed(signature, "letter", *CONTENT)) == (False, True)
    settings.VERIFY_KEY = verify_key("all", settings.SIGNING_KEY)
    assert (is_signed(theirs, "letter", *CONTENT), is_signed(signature, "letter", *CONTENT)) == (True, False)


def test_the_half_that_checks_is_printed_for_the_other_parts(settings, capsys):
    call_command("verify_key")
    assert capsys.readouterr().out == f"{settings.VERIFY_KEY}\n"


def test_a_process_without_the_key_checks_and_does_not_sign(settings):
    signature = sign("letter", *CONTENT)
    assert may_sign()
    settings.SIGNING_KEY = ""

    assert not may_sign()
    assert is_signed(signature, "letter", *CONTENT)
    with pytest.raises(ImproperlyConfigured, match="no SIGNING_KEY"):
        sign("letter", *CONTENT)
