"""Errors of mail in words for staff."""

import pytest

from nejtilbander.background.mail_errors import is_about_receiver, plain_words


@pytest.mark.parametrize(
    ("error", "begins", "is_receivers"),
    [
        ("SMTPRecipientsRefused 550", "En modtagers mailserver siger nej (550):", True),
        ("SMTPRecipientsRefused 451", "En modtagers mailserver kan ikke tage imod lige nu (451).", True),
        ("SMTPDataError 554", "En modtagers mailserver siger nej (554):", True),
        ("SMTPSenderRefused 553", "Mailserveren godtager ikke vores afsenderadresse.", False),
        ("SMTPAuthenticationError 535", "Vi kan ikke logge ind på mailserveren.", False),
        ("ConnectionRefusedError", "Mailserveren svarer ikke.", False),
        ("TimeoutError", "Mailserveren svarer ikke.", False),
        ("fault LetterRefused", "Der er en fejl i siden selv. Sig det til driften: LetterRefused.", False),
    ],
)
def test_an_error_is_said_in_plain_words(error, begins, is_receivers):
    assert plain_words(error).startswith(begins)
    assert is_about_receiver(error) is is_receivers
