"""What was deleted, and the way to find it again: its last version stays."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Model

from nejtilbander.publishing.actions import cancel_plans
from nejtilbander.publishing.models import Version
from nejtilbander.publishing.serialization import restore
from nejtilbander.publishing.versions import PublicationRefused, save_version


def deleted_versions(model: type[Model]) -> list[Version]:
    """The last version of each thing of this kind that is no longer there."""
    there = model._default_manager.values("pk")
    last: dict[int, Version] = {}
    for version in Version.objects.filter(kind=model._meta.label_lower).exclude(object_id__in=there).order_by("number"):
        last[version.object_id] = version
    return sorted(last.values(), key=lambda version: version.saved_at, reverse=True)


def restore_deleted(version: Version, by: User) -> Any:
    """A deleted thing, as it was in `version`, as a draft.

    Raises Refused when its address is taken, or somebody else has found it again.
    """
    model = apps.get_model(version.kind)
    obj = model(pk=version.object_id)
    if model._default_manager.filter(pk=version.object_id).exists():
        raise PublicationRefused("Den er fundet frem igen af en anden.")
    try:
        with transaction.atomic():
            cancel_plans(obj)
            restore(obj, version.content)
            save_version(obj, version.content, by, note=f"Fundet frem igen fra version {version.number}")
    except IntegrityError:
        raise PublicationRefused("Adressen eller nummeret bruges af noget andet nu. Ret det andet først.") from None
    return obj
