"""A mail backend that writes each message as a file."""

import uuid
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FolderEmailBackend(BaseEmailBackend):
    """Writes each message to EMAIL_FILE_PATH, readable by its owner alone: for a machine without a mail server.

    The file is named by the Message-ID, so a message sent twice is one file.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(str(settings.EMAIL_FILE_PATH))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            name = str(message.extra_headers.get("Message-ID") or uuid.uuid4()).strip("<>").partition("@")[0]
            draft = folder / f".{uuid.uuid4().hex}"
            draft.touch(mode=0o600)
            draft.write_bytes(message.message().as_bytes())
            draft.rename(folder / f"{name}.eml")
        return len(email_messages)
