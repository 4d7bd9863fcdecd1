from django.db import migrations

import matinee.kernel.sealed_fields


class Migration(migrations.Migration):
    dependencies = [("identity", "0010_api_tokens")]

    operations = [
        migrations.AddField(
            "providerlink",
            "subject",
            matinee.kernel.sealed_fields.SealedText(null=True, owner="account_id"),  # type: ignore[misc]
        ),
        migrations.AlterField(
            "providerlink",
            "subject_digest",
            matinee.kernel.sealed_fields.BlindIndex(max_length=32, of="subject"),
        ),
    ]
