"""The audit log: every change that staff make, as one line of JSON."""

import json
import logging

from django.contrib.admin.models import LogEntry
from django.db import transaction

logger = logging.getLogger("nejtilbander.changes")


def log_admin_entry(sender: type[LogEntry], instance: LogEntry, created: bool, **kwargs: object) -> None:
    """Receiver of LogEntry's post_save: log who changed what and when, where nobody can take it back.

    Users appear by number, never by name: a name may be an address.
    """
    line = {
        "at": instance.action_time.isoformat(), "who": instance.user_id, "what": str(instance.content_type),
        "which": instance.object_id, "did": instance.get_action_flag_display(), "words": instance.get_change_message(),
    }  # fmt: skip
    transaction.on_commit(lambda: logger.info(json.dumps(line, ensure_ascii=False)))
