"""What was erased is written down for 15 days, so that an old backup does not bring it back (decision 0023)."""

import uuid

from django.db import migrations, models

from counselling.cases.remembering import Remembered, install, remove

TRIGGERS = [
    Remembered("cases_case"),
    Remembered("people_seeker"),
    Remembered("people_seekeraccess"),
    Remembered("people_invitation", "staff_id"),
    Remembered("people_invitation", "staff_id", "digest", "OLD.digest <> NEW.digest"),
    Remembered("people_totp", "staff_id"),
    Remembered("people_passkey"),
    Remembered("people_recoverycode"),
    Remembered("people_recoverycode", column="used_at", when="NEW.used_at IS NOT NULL AND OLD.used_at IS NULL"),
    Remembered("people_staffkey", "staff_id"),
    Remembered("people_staff", column="is_active", when="OLD.is_active AND NOT NEW.is_active"),
    Remembered("people_staff", column="password", when="OLD.password <> NEW.password"),
    Remembered("people_staff_teams"),
    Remembered("cases_entry", column="sealed", when="OLD.sealed IS NOT NULL AND NEW.sealed IS NULL"),
    Remembered("cases_consultation"),
    Remembered("mail_file"),
    Remembered("mail_secondlook"),
    Remembered("mail_notifyaddress", "seeker_id"),
    Remembered("mail_outgoingmail"),
    Remembered("mail_oncall"),
    Remembered("blended_feed", "staff_id"),
    Remembered("blended_feed", "staff_id", "lookup", "OLD.lookup <> NEW.lookup"),
    Remembered("blended_jointtext"),
    Remembered("blended_partnercard"),
    Remembered("blended_referral"),
    Remembered("blended_referral", column="parcel", when="OLD.parcel IS NOT NULL AND NEW.parcel IS NULL"),
    Remembered("blended_referral", column="state", when="NEW.state = 'refused' AND OLD.state <> 'refused'"),
    Remembered("centre_barrierreport"),
]


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0007_put_forward"),
        ("people", "0006_insofa"),
        ("centre", "0002_announcement"),
        ("mail", "0007_shift_mail"),
        ("blended", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erased",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=48)),
                ("ref", models.CharField(max_length=64)),
                ("day", models.DateField()),
            ],
        ),
        migrations.RunPython(
            lambda _apps, editor: install(editor, TRIGGERS), lambda _apps, editor: remove(editor, TRIGGERS)
        ),
    ]
