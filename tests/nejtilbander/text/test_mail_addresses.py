"""An e-mail address has one form, whatever came along when it was pasted."""

import pytest

from nejtilbander.text.mail_addresses import as_header, ascii_domain, canonical, clean, takes_mail


@pytest.mark.parametrize(
    "pasted",
    [
        "\u200eAnna@example.dk", "Anna@example.dk\u200f", "An\u200bna@exam\u00adple.dk", "\ufeffAnna@example.dk",
        "\u00a0Anna@example.dk\u2003", "Anna ＠ example．dk", "Anna@example。dk", "mailto:Anna@example.dk",
        "MAILTO:Anna@example.dk?subject=Hej", "<Anna@example.dk>", "Anna Berg <Anna@example.dk>",
        '"Berg, Anna" <mailto:Anna@example.dk>;', "Anna@example.dk.", "Anna@example.dk,", "Ａｎｎａ@EXAMPLE.DK",
        "\u202aAnna@example.dk\u202c",
    ],
)  # fmt: skip
def test_what_comes_along_with_an_address_is_left_out(pasted):
    assert clean(pasted) == "Anna@example.dk"
    assert canonical(pasted) == "anna@example.dk"


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [("", ""), ("@", "@"), ("ingen", "ingen"), ("anna hansen@example.dk", "anna hansen@example.dk"), ("<", "<"),
     ("søren@example.dk", "søren@example.dk"), ("a@b@example.dk", "a@b@example.dk"),
     ("n@exa_mple.dk", "n@exa_mple.dk")],
)  # fmt: skip
def test_what_is_no_address_is_not_made_into_one(typed, cleaned):
    assert clean(typed) == cleaned


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("Søren.dk", "xn--sren-gra.dk"), ("XN--SREN-GRA.dk", "xn--sren-gra.dk"), ("straße.de", "xn--strae-oqa.de"),
        ("strasse.de", "strasse.de"), ("βόλος.com", "xn--nxasmm1c.com"),
        ("نامه\u200cای.com", "xn--mgba3gch31f060k.com"),
    ],
)  # fmt: skip
def test_a_domain_is_named_as_it_is_registered_today(domain, expected):
    assert ascii_domain(domain) == expected


@pytest.mark.parametrize("domain", ["a..dk", "-a.dk", "exa_mple.dk", "😀.dk", "xn--a.dk", "x" * 64 + ".dk", ""])
def test_what_is_no_name_of_a_domain_is_refused(domain):
    with pytest.raises(UnicodeError):
        ascii_domain(domain)


@pytest.mark.parametrize(
    ("domain", "takes"),
    [("example.dk", True), ("localhost", False), ("here.localhost", False), ("printer.local", False),
     ("127.0.0.1", False), ("[127.0.0.1]", False), (".dk", False), ("", False), ("😀.dk", False)],
)  # fmt: skip
def test_mail_goes_to_the_name_of_a_domain(domain, takes):
    assert takes_mail(domain) is takes


def test_a_header_has_the_domain_in_ascii_and_keeps_the_name():
    assert as_header("vagt@straße.example.de") == "vagt@xn--strae-oqa.example.de"
    assert as_header("Kommunen <ikke-svar@straße.example.de>") == "Kommunen <ikke-svar@xn--strae-oqa.example.de>"
    assert as_header("Ærø <ikke-svar@straße.example.de>") == "Ærø <ikke-svar@xn--strae-oqa.example.de>"
    assert as_header("Kommunen <ikke-svar@localhost>") == "Kommunen <ikke-svar@localhost>"
