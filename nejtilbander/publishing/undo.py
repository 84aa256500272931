"""Takes back the last publication of an object: readers get what they saw before (docs/decisions/0031)."""

import copy
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from nejtilbander.publishing import actions, redirects, snapshots
from nejtilbander.publishing.consequences import Change
from nejtilbander.publishing.models import ContentModel, Publication
from nejtilbander.publishing.serialization import restore, set_fields
from nejtilbander.publishing.versions import (
    PublicationRefused,
    follow_working_copy,
    lock,
    versions_of,
)

UNDO_DAYS = 7  # after that, others have come to rely on it: publish an old version again instead
NEWER = "Der er udgivet noget nyere siden, eller den er trukket tilbage. Se, hvad læserne ser nu, og prøv igen."
FIXED = "Menuen og loven har brug for siden. Udgivelsen kan ikke fortrydes, for så ville læserne ikke have nogen."
TAKEN = "Adressen eller nummeret fra før bruges nu af en anden. Ret den anden først, eller udgiv en ny version."


def last_publication(obj: ContentModel) -> Publication | None:
    """The publication of `obj` that can be undone: what readers see now came with it, UNDO_DAYS ago at most."""
    recent = snapshots.of(obj).filter(version=obj.public_version or 0, made_at__gt=_oldest())
    return recent.first() if obj.has_been_public else None


def _oldest() -> datetime:
    return timezone.now() - timedelta(days=UNDO_DAYS)


def change_of(obj: ContentModel, publication: Publication, user: User) -> Change:
    """What undoing would change, for `consequences`. No query."""
    after = copy.copy(obj)
    set_fields(after, publication.content["fields"])
    snapshots.set_publication_fields(after, publication)
    return Change(obj, after, publication.content, user, publication)


def undo(obj: ContentModel, seen: int) -> Publication:
    """Undoes the publication whose primary key is `seen`, and returns it. The working copy stays as it is.

    Raises PublicationRefused when it is not the last one any more, or cannot be undone.
    """
    try:
        with transaction.atomic():
            row = lock(obj)  # first the row, as in `actions.publish`: a publication at this moment waits, or is newer
            publication = last_publication(row)
            if publication is None or publication.pk != seen:
                raise PublicationRefused(NEWER)
            _put_back(row, publication)
            publication.delete()
    except IntegrityError:
        raise PublicationRefused(TAKEN) from None
    return publication


def _put_back(row: ContentModel, publication: Publication) -> None:
    before = type(row)._default_manager.get(pk=row.pk)
    snapshots.set_publication_fields(row, publication)
    if row.public_from is not None:  # a draft holds the working copy instead, below
        restore(row, publication.content)
    if before.is_fixed and (row.public_from is None or row.withdrawn_at or row.public_until):
        raise PublicationRefused(FIXED)
    row.save()
    if publication.version != row.public_version:
        versions_of(row).filter(number=publication.version).update(published_at=None)
    redirects.put_back(publication.redirects)
    actions.undone.send(type(row), obj=row, before=before, effects=publication.effects)
    if row.public_from is None:
        actions.cancel_plans(row)
        follow_working_copy(row, versions_of(row)[0].content)
