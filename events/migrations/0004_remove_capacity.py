from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0003_capacity")]
    operations = [
        migrations.RemoveConstraint(model_name="event", name="event_capacity_not_negative"),
        migrations.RemoveField(model_name="event", name="capacity"),
    ]
