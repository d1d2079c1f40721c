"""How staff sign in: sessions, invitations, second factors."""

import uuid

from django.db import models

from counselling.people.models.staff import Staff


class StaffSession(models.Model):
    """One sign-in on one browser. `wrapped`: the private half under the browser's second cookie; None while locked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    token_lookup = models.BinaryField(max_length=32, unique=True)
    wrapped = models.BinaryField(null=True)
    began_at = models.DateTimeField()
    active_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Invitation(models.Model):
    """A one-time code with which somebody sets their own password: at the beginning, and after a reset."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, primary_key=True, related_name="invitation")
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()


class Totp(models.Model):
    """An authenticator app: the shared secret, sealed under the master key (pitfalls 11); no step counts twice."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, primary_key=True, related_name="totp")
    sealed = models.BinaryField()
    last_step = models.BigIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)


class Passkey(models.Model):
    """A WebAuthn credential: a second factor only, it opens no key."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.BinaryField(max_length=1023, unique=True)
    public_key = models.BinaryField()
    sign_count = models.PositiveBigIntegerField(default=0)
    name = models.CharField(max_length=40)
    added_on = models.DateField()


class RecoveryCode(models.Model):
    """One of ten codes for the day the second factor is lost; only a keyed digest is kept."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True)
