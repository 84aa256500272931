"""What a box of a sign-up may hold. Anybody can seal one: the worker believes nothing that no form could have sent."""

import re

from django.core.exceptions import ValidationError

from events.signups.forms import MAX_NAME, SignupForm, first_name
from nejtilbander.security.sealed_boxes import DecryptionError, JSONObject

_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)  # as booking.manage_token makes it


def checked(content: JSONObject) -> JSONObject:
    """`content`, when its token, name and address are such as a form leaves.

    Else whoever can write in the database would write to strangers in the municipality's name, or end the worker.
    Raises DecryptionError.
    """
    try:
        token, name, email = (str(content[key]) for key in ("token", "name", "email"))
        is_own = bool(_TOKEN.fullmatch(token)) and first_name(name) == name and len(name) <= MAX_NAME
        SignupForm.base_fields["email"].clean(email)
    except (KeyError, ValidationError):
        is_own = False
    if not is_own or [token, name, email] != [content["token"], content["name"], content["email"]]:
        raise DecryptionError("No form filled this box.")
    return content
