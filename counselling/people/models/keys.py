"""The keys of staff and teams: public halves, and private halves that only their holders open.

`mac`: that the server itself put a public half there (`vault.vouching`); empty counts for nothing.
"""

from django.db import models

from counselling.people.models.staff import Staff, Team


class StaffKey(models.Model):
    """A member of staff's X25519 pair: the private half under their password, and once more under the pepper."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, primary_key=True, related_name="key")
    public = models.BinaryField(max_length=32)
    mac = models.BinaryField(max_length=49, default=b"")
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()


class TeamKey(models.Model):
    """A team's X25519 pair in one epoch; a new epoch begins when somebody leaves. Private halves lie in seals."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="keys")
    epoch = models.PositiveIntegerField()
    public = models.BinaryField(max_length=32)
    mac = models.BinaryField(max_length=49, default=b"")
    began_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)  # the printed recovery key was copied back; nothing is sealed before

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "epoch"], name="one_key_per_team_and_epoch")]


class TeamSeal(models.Model):
    """A team's private half for one holder: a counsellor, the recovery key, or the next epoch's key."""

    class Holder(models.TextChoices):
        """Whose key opens it."""

        STAFF = "staff"
        RECOVERY = "recovery"
        EPOCH = "epoch"  # a later epoch of the same team: written by a member's next request (pitfalls 12)

    team_key = models.ForeignKey(TeamKey, on_delete=models.CASCADE, related_name="seals", db_index=False)
    holder_kind = models.CharField(max_length=8, choices=Holder.choices)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.CASCADE, related_name="team_seals")
    sealed = models.BinaryField()
    mac = models.BinaryField(max_length=49, default=b"")  # of the counsellor's public half, as let into this epoch
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team_key", "staff"], condition=models.Q(staff__isnull=False), name="one_team_seal_each"
            ),
            models.UniqueConstraint(
                fields=["team_key", "holder_kind"],
                condition=models.Q(staff__isnull=True),
                name="one_team_seal_per_kind",
            ),
        ]


class KeyCanary(models.Model):
    """A known text sealed under each master key: tells at the start whether the key file fits the database."""

    kid = models.CharField(primary_key=True, max_length=16)
    sealed = models.BinaryField()
