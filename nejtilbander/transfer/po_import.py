"""Import of translators' PO files: what they say becomes working copies, which staff look at and publish."""

import re
from collections.abc import Iterable
from itertools import groupby

from django.contrib.auth.models import User
from django.db import transaction

from nejtilbander.i18n.languages import CODES
from nejtilbander.publishing.models import ContentModel, content_models
from nejtilbander.transfer.json_files import TransferError, import_working_copy
from nejtilbander.transfer.po_parsing import InvalidPo, TranslatedFile, parse_po
from nejtilbander.transfer.po_review import MAX_QUOTED, ObjectReview, PoReview, Reason, review_po
from nejtilbander.transfer.po_rows import NAMES, refuse_language

MAX_BYTES = 20_000_000
NOTE = "Oversættelse fra en fil"
STOPPERS = {Reason.UNKNOWN_FACT, Reason.UNFIT}  # where nobody looks at a review, they stop the whole import


class ReviewOutdated(Exception):
    """The texts here have changed since they were looked at. `review` is the new one."""

    def __init__(self, review: PoReview) -> None:
        super().__init__("The review is outdated.")
        self.review = review


def read_po(language: str, text: bytes, max_bytes: int = MAX_BYTES) -> TranslatedFile:
    """The finished translations of a PO file in `language`. Raises TransferError."""
    refuse_language(language)
    if len(text) > max_bytes:
        raise TransferError(f"Filen er for stor. Den må højst fylde {max_bytes // 1_000_000} MB.")
    try:
        file = parse_po(text)
    except InvalidPo:
        raise TransferError("Det er ikke en hel PO-fil.") from None
    _refuse_other_language(language, file.language)
    return file


def import_po(language: str, text: bytes, by: User | None = None) -> list[ContentModel]:
    """Makes the translations of a PO file working copies, unseen. Returns the objects that changed.

    Ignores what `review_po` and `parse_po` leave out; all or nothing of the rest. Raises TransferError.
    """
    file = read_po(language, text, MAX_BYTES)
    with transaction.atomic():
        review = review_po(language, file, content_models())
        for ignored in review.ignored:
            if ignored.reason in STOPPERS:
                raise TransferError(f"{ignored.place}: {ignored.sentence} Intet er hentet.")
        return _save(review.objects, by)


def apply_review(
    language: str, file: TranslatedFile, models: Iterable[type[ContentModel]], seen: str, by: User
) -> list[ContentModel]:
    """`review_po`, and what it says becomes working copies, if its fingerprint is `seen`. Returns what changed.

    Nobody saves another version of any of them in between. Raises ReviewOutdated and TransferError.
    """
    models = list(models)
    with transaction.atomic():
        _lock(review_po(language, file, models).objects)
        review = review_po(language, file, models)
        if review.fingerprint() != seen:
            raise ReviewOutdated(review)
        return _save(review.objects, by)


def _lock(reviews: list[ObjectReview]) -> None:
    """The rows as `versions.lock` would, those of one model in order; what has been deleted is locked by nobody."""
    for model, own in groupby(reviews, lambda reviewed: type(reviewed.obj)):
        rows = model._default_manager.select_for_update(no_key=True, of=("self",))
        list(rows.filter(pk__in=[reviewed.obj.pk for reviewed in own]).order_by("pk").values_list("pk"))


def _save(reviews: list[ObjectReview], by: User | None) -> list[ContentModel]:
    return [reviewed.obj for reviewed in reviews if import_working_copy(reviewed.obj, reviewed.content, by, NOTE)]


def _refuse_other_language(language: str, header: str) -> None:
    """Compares the first part of the header, as in "tr_TR". A file without it is taken at its word."""
    code = re.split(r"[-_@.]", header.lower())[0]
    if code and code != language:
        said = NAMES[code] if code in CODES else header[:MAX_QUOTED]
        raise TransferError(f"Filen siger selv, at den er på {said}, ikke {NAMES[language]}. Intet er hentet.")
