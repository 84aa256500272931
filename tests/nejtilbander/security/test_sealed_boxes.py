"""Sealed boxes, the blind index and hashes of secrets."""

import base64

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox

from nejtilbander.security.sealed_boxes import (
    DecryptionError,
    blind_index,
    keyed_hash,
    mailbox,
    normalise_address,
    seal,
    token_hash,
    unseal,
)

pytestmark = pytest.mark.walk

KEY = PrivateKey.generate()
PUBLIC = bytes(KEY.public_key)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=50)
@given(content=st.dictionaries(WORDS, st.one_of(WORDS, st.integers(), st.lists(WORDS, max_size=2)), max_size=3))
@example(content={})
def test_a_box_opens_with_its_key_and_says_what_was_sealed(content):
    assert unseal(KEY, seal(PUBLIC, content, 4000)) == content


def test_every_box_of_a_kind_has_the_same_size_and_no_two_are_alike():
    boxes = [seal(PUBLIC, {"name": name}, 200) for name in ("", "", "Anna", "é" * 90)]

    assert {len(box) for box in boxes} == {248}
    assert len(set(boxes)) == 4
    assert not any(b"Anna" in box or b"name" in box for box in boxes)


def test_what_does_not_fit_is_refused_and_not_cut():
    assert unseal(KEY, seal(PUBLIC, {"a": "æ" * 10}, 28)) == {"a": "æ" * 10}
    with pytest.raises(ValueError, match="The content takes more than 27 bytes."):
        seal(PUBLIC, {"a": "æ" * 10}, 27)


@pytest.mark.parametrize(
    "box",
    [
        b"",
        b"x" * 300,
        seal(bytes(PrivateKey.generate().public_key), {"id": 1}, 100),
        seal(PUBLIC, {"id": 1}, 100)[:-1],
        bytes([seal(PUBLIC, {"id": 1}, 100)[0] ^ 1]) + seal(PUBLIC, {"id": 1}, 100)[1:],
        SealedBox(KEY.public_key).encrypt(b"not JSON"),
        SealedBox(KEY.public_key).encrypt(b"\xff"),
    ],
    ids=["wiped", "nonsense", "another's key", "cut off", "changed", "not JSON", "not text"],
)
def test_a_box_that_does_not_open_is_refused_and_never_shown(box):
    with pytest.raises(DecryptionError, match="^The sealed box does not open.$") as refused:
        unseal(KEY, box)
    assert refused.value.__cause__ is None


def test_a_box_made_for_another_row_is_refused():
    box = seal(PUBLIC, {"id": 1, "email": "anna@example.dk"}, 100)

    assert unseal(KEY, memoryview(box), id=1)["email"] == "anna@example.dk"
    for elsewhere in ({"id": 2}, {"id": "1"}, {"event": None, "id": 3}, {"id": 1, "event": 1}):
        with pytest.raises(DecryptionError, match="^The sealed box belongs elsewhere.$"):
            unseal(KEY, box, **elsewhere)


@pytest.mark.parametrize(
    "written",
    ["søren@example.dk", " Søren@Example.DK ", "SØREN@EXAMPLE.DK", "so\u0308ren@example.dk".replace("o\u0308", "ø")],
)
def test_one_address_has_one_form_however_it_is_written(written):
    assert normalise_address(written) == "søren@example.dk"


def test_letters_put_together_of_parts_are_the_same_letters():
    assert normalise_address("A\u030ase@example.dk") == normalise_address("åse@example.dk") == "åse@example.dk"


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("n@søren.example.dk", "n@xn--sren-gra.example.dk"),
        ("n@SØREN.example.dk", "N@XN--SREN-GRA.EXAMPLE.DK"),
        ("n@so\u00ad\u200bren.example.dk", "n@soren.example.dk"),
        ("n＠example．dk", "n@example.dk"),
        ("n@example.dk.", "n@example.dk"),
    ],
)
def test_a_domain_is_one_by_each_of_its_names(written, other):
    assert blind_index(1, written) == blind_index(1, other)
    assert blind_index(1, mailbox(written), purpose="mailbox") == blind_index(1, mailbox(other), purpose="mailbox")


def test_two_domains_that_the_older_standard_took_for_one_are_two():
    assert blind_index(1, "n@straße.example.org") != blind_index(1, "n@strasse.example.org")


def test_an_address_is_known_within_its_meeting_and_nobody_is_followed_to_the_next():
    assert blind_index(1, "Anna@example.dk ") == blind_index(1, "anna@example.dk")
    assert (
        len({blind_index(1, "anna@example.dk"), blind_index(2, "anna@example.dk"), blind_index(1, "bo@example.dk")})
        == 3
    )
    assert blind_index(1, "1:a@example.dk") != blind_index(11, ":a@example.dk")


def test_marks_fit_their_column_and_each_purpose_has_its_own(settings):
    marks = {
        keyed_hash("one key", "code", "x"),
        keyed_hash("one key", "token", "x"),
        keyed_hash("one key", "code", "y"),
        token_hash("x"),
        keyed_hash("one key", "co", "de\0x"),
    }
    assert len(marks) == 5
    assert {len(one) for one in marks} == {43}
    assert all(len(base64.urlsafe_b64decode(f"{one}=")) == 32 for one in marks)
    assert keyed_hash("another key", "code", "x") not in marks
    index = blind_index(1, "anna@example.dk")
    assert blind_index(1, "anna@example.dk", purpose="mailbox") != index
    settings.INDEX_KEY = "another-key-only-for-tests-" + "z" * 20
    assert blind_index(1, "anna@example.dk") != index
