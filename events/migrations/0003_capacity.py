from django.db import migrations


def move_capacity(apps, schema_editor):
    """The capacity moves to the row of seats. Nobody could sign up before, so no seat is taken."""
    Seats = apps.get_model("events", "Seats")
    for event in apps.get_model("events", "Event").objects.all():
        Seats.objects.update_or_create(
            event=event,
            defaults={"capacity": event.capacity, "taken": 0, "unverified_cap": max(6, event.capacity // 4)},
        )


class Migration(migrations.Migration):
    dependencies = [("events", "0002_signup")]
    operations = [migrations.RunPython(move_capacity, migrations.RunPython.noop)]
