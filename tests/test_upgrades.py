"""An upgrade while the site is open: for a moment the old code runs on the new tables."""

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

from events.models import Event

OURS = {"nejtilbander", "pages", "events"}
# The newest of each app when the site had not opened yet: what came before was never run under readers.
BEFORE_THE_OPENING = {"nejtilbander": 2, "pages": 1, "events": 1}
HARMLESS = (
    migrations.CreateModel, migrations.AddIndex, migrations.RemoveIndex, migrations.RemoveConstraint,
    migrations.AlterModelOptions, migrations.AlterModelManagers, migrations.RunPython, migrations.RunSQL,
)  # fmt: skip


def hazard(operation):
    """Why the old code would not survive `operation`, or None. Drop and rename in a later release, in two steps."""
    if isinstance(operation, HARMLESS):
        return None
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return next((found for inner in operation.database_operations if (found := hazard(inner))), None)
    if isinstance(operation, migrations.AddField):
        field = operation.field
        is_fine = field.many_to_many or field.null or field.db_default is not models.NOT_PROVIDED
        return (
            None if is_fine else f"{operation.name}: the old code inserts rows without it; give it db_default or null"
        )
    if isinstance(operation, migrations.AlterField):
        return f"{operation.name}: look at it by hand; say so with SeparateDatabaseAndState if nothing changes below"
    return f"{type(operation).__name__}: the old code still asks for what was there"


def test_every_migration_since_the_opening_lets_the_old_code_live():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    later = {
        key: migration
        for key, migration in loader.disk_migrations.items()
        if key[0] in OURS and int(key[1][:4]) > BEFORE_THE_OPENING[key[0]]
    }
    found = [(key, hazard(operation)) for key, migration in later.items() for operation in migration.operations]
    assert [(key, why) for key, why in found if why] == []


@pytest.mark.parametrize(
    ("operation", "is_safe"),
    [
        (migrations.AddField("event", "x", models.IntegerField(null=True)), True),
        (migrations.AddField("event", "x", models.IntegerField(db_default=0)), True),
        (migrations.AddField("event", "x", models.IntegerField(default=0)), False),
        (migrations.AddField("event", "x", models.CharField(max_length=9, default="")), False),
        (migrations.AddField("event", "x", models.ManyToManyField(Event)), True),
        (migrations.RemoveField("event", "x"), False),
        (migrations.RenameField("event", "x", "y"), False),
        (migrations.DeleteModel("event"), False),
        (migrations.AlterField("event", "x", models.IntegerField()), False),
        (migrations.AddConstraint("event", models.CheckConstraint(condition=models.Q(pk__gt=0), name="x")), False),
        (migrations.RunPython(migrations.RunPython.noop), True),
        (migrations.SeparateDatabaseAndState([migrations.RemoveField("event", "x")], []), False),
        (migrations.SeparateDatabaseAndState([], [migrations.RemoveField("event", "x")]), True),
    ],
)  # fmt: skip
def test_what_the_old_code_would_not_survive_is_found(operation, is_safe):
    assert (hazard(operation) is None) is is_safe
