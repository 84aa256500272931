from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pages", "0003_pictures")]

    # Forms refuse more than before; in the database nothing changes.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "initiative",
                    "since_year",
                    models.PositiveSmallIntegerField(
                        "siden år",
                        null=True,
                        blank=True,
                        help_text="Tom: ukendt.",
                        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
                    ),
                )
            ]
        )
    ]
