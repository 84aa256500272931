"""What a box of a sign-up may hold. Anybody can seal one: the worker believes nothing that no form could have sent."""

import re

from django.core.exceptions import ValidationError

from events.signups.forms import MAX_EMAIL, MAX_NAME, first_name
from nejtilbander.security.sealed_boxes import DecryptionError, JSONObject

_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)  # as booking.manage_token makes it
_ADDRESS = re.compile(rf"[^\s,;:<>()\"\\]{{0,{MAX_EMAIL}}}")  # one, whatever a mail server then says to it


def checked(content: JSONObject) -> JSONObject:
    """`content`, when its token, name and address are such as a form leaves.

    Else whoever can write in the database would write to strangers in the municipality's name, or end the worker.
    Raises DecryptionError.
    """
    try:
        token, name, email = (str(content[key]) for key in ("token", "name", "email"))
        is_own = all(
            [_TOKEN.fullmatch(token), _ADDRESS.fullmatch(email.strip(" ")), first_name(name) == name[:MAX_NAME]]
        )
    except (KeyError, ValidationError):
        is_own = False
    if not is_own or [token, name, email] != [content["token"], content["name"], content["email"]]:
        raise DecryptionError("No form filled this box.")
    return content
