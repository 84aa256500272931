"""A notice is published like everything else: what stood keeps its moments, and its permission says what it gives."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import nejtilbander.models

RIGHT = "Kan udgive sider, indsatser, partnere, udtalelser og beskeder"


def name(apps, schema_editor):
    Notice = apps.get_model("nejtilbander", "Notice")
    for notice in Notice.objects.all():
        Notice.objects.filter(pk=notice.pk).update(slug=nejtilbander.models.a_name())


def say_what_the_right_gives(apps, schema_editor):
    rights = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="nejtilbander")
    rights.filter(codename="publish_pages").update(name=RIGHT)


class Migration(migrations.Migration):
    dependencies = [
        ("nejtilbander", "0006_plans"), ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]  # fmt: skip

    operations = [
        migrations.RemoveConstraint("notice", "notice_ends_after_it_starts"),
        migrations.AlterModelOptions(
            "notice",
            {
                "ordering": ["-pk"], "verbose_name": "besked på alle sider",
                "verbose_name_plural": "beskeder på alle sider",
            },
        ),
        migrations.RenameField("notice", "starts_at", "public_from"),
        migrations.RenameField("notice", "ends_at", "public_until"),
        migrations.AlterField(
            "notice", "public_from",
            models.DateTimeField(
                blank=True, db_index=True, help_text="Tom: kladde. I fremtiden: planlagt.", null=True,
                verbose_name="offentlig fra",
            ),
        ),
        migrations.AlterField(
            "notice", "public_until",
            models.DateTimeField(
                blank=True, help_text="Skal vælges. Højst 90 dage: Så længe må noget gammelt ikke stå.", null=True,
                verbose_name="vises til",
            ),
        ),
        migrations.AddField(
            "notice", "slug",
            models.SlugField(default="", editable=False, max_length=60, verbose_name="kendemærke", db_index=False),
            preserve_default=False,
        ),
        migrations.RunPython(name, migrations.RunPython.noop),
        migrations.AlterField(
            "notice", "slug",
            models.SlugField(
                default=nejtilbander.models.a_name, editable=False, max_length=60, unique=True,
                verbose_name="kendemærke",
            ),
        ),
        migrations.AddField("notice", "public_version", models.PositiveIntegerField(editable=False, null=True)),
        migrations.AddField(
            "notice", "updated_at",
            models.DateTimeField(auto_now=True, default=django.utils.timezone.now, verbose_name="sidst ændret"),
            preserve_default=False,
        ),
        migrations.AddField(
            "notice", "withdrawn_at",
            models.DateTimeField(
                blank=True, help_text="Fra da af får læsere en side, der siger hvorfor.", null=True,
                verbose_name="trukket tilbage fra",
            ),
        ),
        migrations.AddField(
            "notice", "withdrawn_reason",
            models.CharField(blank=True, default="", max_length=300, verbose_name="grund til tilbagetrækning"),
            preserve_default=False,
        ),
        migrations.AddField(
            "notice", "withdrawn_to",
            models.CharField(blank=True, default="", max_length=200, verbose_name="læsere sendes til"),
            preserve_default=False,
        ),
        migrations.AddField(
            "notice", "review_by", models.DateField(blank=True, null=True, verbose_name="gennemgås senest")
        ),
        migrations.AddField(
            "notice", "owner",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+",
                to=settings.AUTH_USER_MODEL, verbose_name="ansvarlig",
            ),
        ),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=models.Q(public_from=None)
                | models.Q(public_until__isnull=False, public_until__gt=models.F("public_from")),
                name="notice_ends_after_it_starts",
                violation_error_message="Beskeden skal slutte, efter at den er begyndt.",
            ),
        ),
        migrations.AlterModelOptions(
            "version",
            {
                "default_permissions": (), "ordering": ["-number"], "verbose_name": "version",
                "verbose_name_plural": "versioner",
                "permissions": [
                    ("publish_pages", RIGHT), ("publish_events", "Kan udgive stormøder"),
                    ("translate_en", "Kan oversætte til English"), ("translate_ar", "Kan oversætte til العربية"),
                    ("translate_so", "Kan oversætte til Soomaali"), ("translate_tr", "Kan oversætte til Türkçe"),
                    ("translate_fa", "Kan oversætte til فارسی"),
                ],
            },
        ),
        migrations.RunPython(say_what_the_right_gives, migrations.RunPython.noop),
    ]  # fmt: skip
