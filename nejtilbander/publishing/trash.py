"""Recycle bin: restores the last version of a deleted object as a draft."""

from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from nejtilbander.publishing.actions import cancel_plans
from nejtilbander.publishing.models import ContentModel, Version
from nejtilbander.publishing.serialization import restore
from nejtilbander.publishing.versions import PublicationRefused, save_version


def deleted_versions(model: type[ContentModel]) -> list[Version]:
    """The last version of each deleted object of `model`, the newest first."""
    existing = model._default_manager.values("pk")
    versions = Version.objects.filter(kind=model._meta.label_lower).exclude(object_id__in=existing).order_by("number")
    last = {version.object_id: version for version in versions}
    return sorted(last.values(), key=lambda version: version.saved_at, reverse=True)


def restore_deleted(version: Version, by: User) -> ContentModel:
    """Restores a deleted object from `version` as a draft, and returns it.

    Raises PublicationRefused when its address is taken, or somebody else has restored it.
    """
    model: type[ContentModel] = apps.get_model(version.kind)
    obj = model()
    obj.pk = version.object_id
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
