"""Macs beside the public halves; what lies here already is trusted once, with the key file of this server."""

from django.db import migrations, models

from counselling.vault import vouching


def vouch(apps, schema_editor):
    """As the domain does wherever it writes a public half."""
    staff_keys, teams, team_keys, seals = (
        apps.get_model("people", name) for name in ("StaffKey", "Team", "TeamKey", "TeamSeal")
    )
    for key in staff_keys.objects.all():
        key.mac = vouching.vouch(vouching.staff_key(key.staff_id), key.public)
        key.save(update_fields=["mac"])
    for team in teams.objects.exclude(recovery_public=None):
        team.recovery_mac = vouching.vouch(vouching.paper(team.pk), team.recovery_public)
        team.save(update_fields=["recovery_mac"])
    for key in team_keys.objects.all():
        key.mac = vouching.vouch(vouching.team_key(key.team_id, key.epoch), key.public)
        key.save(update_fields=["mac"])
    for seal in seals.objects.filter(staff__key__isnull=False).select_related("team_key", "staff__key"):
        what = vouching.place(seal.team_key.team_id, seal.team_key.epoch, seal.staff_id)
        seal.mac = vouching.vouch(what, seal.staff.key.public)
        seal.save(update_fields=["mac"])


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_second_factors_invitations_audit'),
    ]

    operations = [
        migrations.AddField('staffkey', 'mac', models.BinaryField(default=b'', max_length=49)),
        migrations.AddField('team', 'recovery_mac', models.BinaryField(default=b'', max_length=49)),
        migrations.AddField('teamkey', 'mac', models.BinaryField(default=b'', max_length=49)),
        migrations.AddField('teamseal', 'mac', models.BinaryField(default=b'', max_length=49)),
        migrations.RunPython(vouch, migrations.RunPython.noop),
    ]
