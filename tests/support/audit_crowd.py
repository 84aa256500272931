"""Many writers of the audit trail at once, each on a connection of its own."""

import threading
from typing import Any

from django.db import DatabaseError, connection, transaction

from nejtilbander.audit import chain
from nejtilbander.audit.models import AuditLine


def run(*, writers: int, each: int, is_guarded: bool) -> dict[str, Any]:
    """Every second line is written in a transaction that goes on for a while. Returns the errors and the last hash."""
    if not is_guarded:
        chain._lock = lambda: None
    errors: list[str] = []
    start = threading.Barrier(writers)

    def write(writer: int) -> None:
        start.wait()
        for number in range(each):
            try:
                with transaction.atomic():
                    chain.append(AuditLine.Kind.CHANGED, words=f"{writer}: {number}")
                    if number % 2:
                        AuditLine.objects.count()
            except DatabaseError as error:
                errors.append(type(error).__name__)
        connection.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = chain.last_line()
    return {"errors": errors, "last": last.hash if last else ""}
