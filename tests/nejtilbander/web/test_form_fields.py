"""Fields for what people paste."""

import pytest
from django import forms

from nejtilbander.web.form_fields import LinkField, MailAddressField
from pages.models import Partner


@pytest.mark.parametrize(
    ("pasted", "cleaned"),
    [
        ("\u200ehttps://example.dk/a\u200b", "https://example.dk/a"),
        ("\u00a0https://example.dk/\ufeff", "https://example.dk/"),
        ("\u202aexample.dk/b\u202c", "https://example.dk/b"),
        ("https://ex\u00adample.dk/", "https://example.dk/"),
        ("", ""),
    ],
)
def test_a_pasted_link_leads_where_it_seems_to(pasted, cleaned):
    assert LinkField(required=False, assume_scheme="https").clean(pasted) == cleaned


def test_an_address_may_be_left_out_and_what_is_none_is_refused():
    field = MailAddressField(required=False, max_length=30)

    assert field.clean(None) == field.clean("\u200b ") == ""
    for wrong, code in (("ingen", "invalid"), ("søren@localhost", "invalid"), ("søren@example.dk", "not_ascii"),
                        ("a@" + "b" * 30 + ".dk", "max_length"), ("a b@example.dk", "invalid")):  # fmt: skip
        with pytest.raises(forms.ValidationError) as refused:
            field.clean(wrong)
        assert [error.code for error in refused.value.error_list] == [code], wrong


@pytest.mark.django_db
def test_a_link_that_came_past_the_forms_is_cleaned_when_it_is_saved():
    partner = Partner(slug="x", name_da="X", url="\u200ehttps://example.dk/\u200b ")
    partner.save()

    assert Partner.objects.get(slug="x").url == "https://example.dk/"
