from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_title_names")]

    operations = [
        migrations.RenameIndex(
            "webhookdelivery", new_name="billing_webhook_due", old_name="webhook_due"
        ),
        migrations.RenameIndex(
            "webhookdelivery", new_name="billing_webhook_log", old_name="webhook_log"
        ),
    ]
