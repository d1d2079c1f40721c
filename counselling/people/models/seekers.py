"""Young people: a random id, their public key, and their ways in."""

import uuid

from django.db import models


class Seeker(models.Model):
    """A young person: nothing but a random id. What they call themselves is sealed in their case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_on = models.DateField(auto_now_add=True)
    public = models.BinaryField(null=True)  # of their X25519 pair; None only before the vault came
    seen_on = models.DateField(null=True)  # the day of the last sign-in with a passphrase; None: not kept


class SeekerAccess(models.Model):
    """One way in for one seeker: a browser's cookie token, a return code, nickname with passphrase.

    Only the secret's lookup value is kept, and the private half wrapped under a key that only the secret gives.
    """

    class Kind(models.TextChoices):
        """How the secret reaches us."""

        COOKIE = "cookie"
        CODE = "code"
        PASSPHRASE = "phrase"  # noqa: S105 -- a kind, no password

    seeker = models.ForeignKey(Seeker, on_delete=models.CASCADE, related_name="accesses")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    lookup = models.BinaryField(max_length=32, unique=True)
    wrapped = models.BinaryField(null=True)
    expires_at = models.DateTimeField(null=True)  # a passphrase has no end of its own
