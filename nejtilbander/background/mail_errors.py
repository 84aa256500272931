"""What `outbox.error_name` keeps of an error, in words for staff. No address stands in it."""

_RECEIVER = ("SMTPRecipientsRefused", "SMTPDataError")
_SENTENCES = {
    "SMTPSenderRefused": "Mailserveren godtager ikke vores afsenderadresse. Sig det til driften.",
    "SMTPAuthenticationError": "Vi kan ikke logge ind på mailserveren. Sig det til driften.",
    "SMTPNotSupportedError": "Mailserveren kan ikke det, vi beder den om. Sig det til driften.",
}
_AWAY = "Mailserveren svarer ikke. Vi prøver selv igen."
_OURS = "Der er en fejl i siden selv. Sig det til driften"


def is_about_receiver(error: str) -> bool:
    """True when it tells of the one the mail is for, and not of the mail server or of us."""
    return error.partition(" ")[0] in _RECEIVER


def plain_words(error: str) -> str:
    """One or two sentences. `error` is a class's name with an SMTP code, or "fault " and a class's name."""
    name, _, code = error.partition(" ")
    if name == "fault":
        return f"{_OURS}: {code}."
    if not is_about_receiver(error):
        return _SENTENCES.get(name, _AWAY)
    if code.startswith("5"):
        return f"En modtagers mailserver siger nej ({code}): Adressen findes ikke, eller den er lukket for os."
    return f"En modtagers mailserver kan ikke tage imod lige nu ({code}). Vi prøver selv igen."
