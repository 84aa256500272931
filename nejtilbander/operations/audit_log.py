"""Every change staff make, as one line of JSON in the log."""

import json
import logging
from typing import Any

from django.db import transaction

logger = logging.getLogger("nejtilbander.changes")


def log_admin_entry(sender: Any, instance: Any, created: bool, **kwargs: Any) -> None:
    """Every change staff make is also one line of JSON in the log, which nobody can take back: who, what, when.

    People by number alone, and nothing of what a user is called: a name may be an address.
    """
    line = {
        "at": instance.action_time.isoformat(), "who": instance.user_id, "what": str(instance.content_type),
        "which": instance.object_id, "did": instance.get_action_flag_display(), "words": instance.get_change_message(),
    }  # fmt: skip
    transaction.on_commit(lambda: logger.info(json.dumps(line, ensure_ascii=False)))
