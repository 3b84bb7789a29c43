from django.db import migrations, models

from core.append_only import append_only


class Migration(migrations.Migration):
    """The deletion of an account takes the person out of what backs a certificate, once, and changes nothing else."""

    dependencies = [("certificates", "0004_office_append_only")]

    operations = [
        migrations.AddField(
            model_name="award",
            name="erased_at",
            field=models.DateTimeField(blank=True, help_text="When the name was removed, with the account.", null=True),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="erased_at",
            field=models.DateTimeField(blank=True, help_text="When its author's account was deleted.", null=True),
        ),
        migrations.AddField(
            model_name="biasreview",
            name="erased_at",
            field=models.DateTimeField(blank=True, help_text="When the learner's account was deleted.", null=True),
        ),
        migrations.AddField(
            model_name="revocation",
            name="erased_at",
            field=models.DateTimeField(blank=True, help_text="When the holder's account was deleted.", null=True),
        ),
        append_only(
            "certificates_award",
            erased={"name": "Name removed at the holder's request", "credentials": "", "correction": ""},
        ),
        append_only("certificates_biasreview", erased={"words": ""}),
        append_only("certificates_revocation", erased={"words": ""}),
        append_only("certificates_evaluation", erased={"bias_text": "", "change_text": ""}),
    ]
