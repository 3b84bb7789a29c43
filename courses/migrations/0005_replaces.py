from django.db import migrations, models

from core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("courses", "0004_voiding")]
    operations = [
        migrations.AddField(
            model_name="courseversion",
            name="replaces",
            field=models.SlugField(
                blank=True, default="", help_text="The course this one takes the place of, which is closed by it."
            ),
            preserve_default=False,
        ),
        append_only("courses_courseversion", when="OLD.state = 'published'"),
    ]
