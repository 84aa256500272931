"""The six roles of docs/edit.md, as groups. Another right is another migration: in the admin they are looked at."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

TEXTS = [
    "page", "initiative", "partner", "statement", "signatory", "update", "pagedocument", "initiativedocument",
    "statementdocument",
]  # fmt: skip
LANGUAGES = {"en": "engelsk", "ar": "arabisk", "so": "somalisk", "tr": "tyrkisk", "fa": "persisk"}
WRITE = ["add", "change", "delete", "view"]


def texts(*verbs):
    return [f"pages.{verb}_{model}" for model in TEXTS for verb in verbs]


def notices(*verbs):
    return [f"nejtilbander.{verb}_{model}" for model in ("notice", "redirect") for verb in verbs]


def pictures(*verbs):
    return [f"nejtilbander.{verb}_picture" for verb in verbs]


def documents(*verbs):
    return [f"nejtilbander.{verb}_document" for verb in verbs]


MEETINGS = [f"events.{verb}_event" for verb in WRITE]
AGENDAS = [f"events.{verb}_eventdocument" for verb in WRITE]
FILES = [*pictures(*WRITE), *documents("add", "delete", "view")]
WRITER = [
    *texts(*WRITE), *MEETINGS[:2], "events.view_event", *AGENDAS, *pictures("add", "change", "view"),
    *documents("add", "view"),
]  # fmt: skip
PUBLISHER = [
    *WRITER, *MEETINGS, *notices(*WRITE), *FILES,
    "nejtilbander.publish_pages", "nejtilbander.publish_events",
]  # fmt: skip
ROLES = {
    "Redaktør": WRITER,
    "Udgiver": PUBLISHER,
    "Mødeleder": [*MEETINGS, *AGENDAS, *FILES, "nejtilbander.publish_events"],
    "Listeansvarlig": ["events.view_event", "events.open_list"],
    "Administrator": [*PUBLISHER, "nejtilbander.view_auditline", *(f"auth.{verb}_{model}" for model in ("user", "group") for verb in WRITE)],
    **{
        f"Oversætter ({name})": [*texts("view"), "events.view_event", "events.view_eventdocument", f"nejtilbander.translate_{code}"]
        for code, name in LANGUAGES.items()
    },
}


def make(apps, schema_editor):
    for label in ("auth", "nejtilbander", "pages", "events"):
        config = apps.get_app_config(label)
        config.models_module = True  # or Django makes no permissions for the models of a migration
        create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
        config.models_module = None
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    known = {f"{one.content_type.app_label}.{one.codename}": one for one in Permission.objects.select_related("content_type")}
    for name, wanted in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*(known[one] for one in wanted))


class Migration(migrations.Migration):
    dependencies = [
        ("nejtilbander", "0001_initial"), ("pages", "0001_initial"), ("events", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"), ("contenttypes", "0002_remove_content_type_name"),
    ]  # fmt: skip
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
