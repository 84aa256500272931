"""The audit trail's one table. chain.py appends its lines; nothing changes them later (docs/decisions/0017)."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any, NoReturn

from django.db import models

ORIGIN = "0" * 64  # what the first line follows


class AppendOnly(Exception):
    """A line of the audit trail was to be changed or deleted."""


class AuditQuerySet(models.QuerySet["AuditLine"]):
    """Refuses everything but reading and adding."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def bulk_update(self, objs: Iterable["AuditLine"], *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly


class AuditLine(models.Model):
    """One thing that staff, or the site for them, did. It names staff; of visitors it says nothing."""

    class Kind(models.TextChoices):
        ADDED = "added", "tilføjet"
        CHANGED = "changed", "ændret"
        DELETED = "deleted", "slettet"
        PUBLISHED = "published", "udgivet efter planen"
        OPENED = "opened", "listen åbnet"
        LOGIN = "login", "logget ind"
        FAILED_LOGIN = "failed", "forgæves login"
        LOGOUT = "logout", "logget ud"
        ROLE = "role", "login eller rolle ændret"
        FOLDED = "folded", "gamle linjer slettet"
        ASKED = "asked", "bedt om et ja"
        APPROVED = "approved", "sagt ja"
        REFUSED = "refused", "sagt nej"
        USED = "used", "ja brugt"

    number = models.PositiveBigIntegerField("nr.", primary_key=True)
    at = models.DateTimeField("hvornår")
    kind = models.CharField("hvad", max_length=9, choices=Kind)
    who = models.BigIntegerField("hvem, nr.", null=True)  # no foreign key: the line outlives the login
    who_name = models.CharField("hvem", max_length=150, blank=True)
    what = models.CharField("slags", max_length=100, blank=True)  # a model's label, as in "pages.page"
    which = models.CharField("nr. på det", max_length=255, blank=True)  # its primary key
    words = models.TextField("med ord", blank=True)
    previous = models.CharField("følger", max_length=64, unique=True)
    hash = models.CharField("kæde", max_length=64, unique=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = "linje i revisionsloggen"
        verbose_name_plural = "revisionslog"
        ordering = ["-number"]
        default_permissions = ("view",)
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.number}: {self.get_kind_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises AppendOnly for a line that is stored already."""
        if not self._state.adding:
            raise AppendOnly
        super().save(force_insert=True)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def expected_hash(self) -> str:
        """SHA-256 over all fields but itself, as JSON with sorted keys; the previous line's hash is among them."""
        row = {
            "number": self.number, "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"), "kind": self.kind,
            "who": self.who, "name": self.who_name, "what": self.what, "which": self.which, "words": self.words,
            "previous": self.previous,
        }  # fmt: skip
        canonical = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
