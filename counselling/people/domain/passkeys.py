"""Passkeys (WebAuthn level 2) as a second factor, by py_webauthn: registration and proof, bound to our exact origins.

A challenge is made here, lies in the browser's session and counts once. Nothing is asked about the maker of a device
(attestation "none"): it would say more about a person than we need.
"""

import hashlib
import ipaddress
import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from counselling.errors import Invalid, NotFound
from counselling.people.domain import audit, factors
from counselling.people.domain.actors import Actor
from counselling.people.models import Passkey
from counselling.web import limits

CHALLENGE_SECONDS: Final = 300
MOST: Final = 20
NAME_MAX: Final = 40
# What the library and the parsers below it raise for a made-up answer.
_BROKEN: Final = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


class PasskeyRefused(Invalid):
    """Not valid here, whatever the reason: which one would only help somebody who tries."""

    code = "passkey_refused"
    sentence = _("Das hat mit diesem Passkey nicht geklappt. Versuch es noch einmal oder nimm einen Code.")


@dataclass(frozen=True)
class Party:
    """Who asks: the name that passkeys are bound to, and the exact origins whose pages may use them."""

    id: str
    origins: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """What a browser hands to a passkey: options as JSON values, and the challenge to be remembered in the session."""

    options: dict[str, Any]
    challenge: bytes


def party(host: str) -> Party | None:
    """Who asks on the pages of this host (without port); None where passkeys cannot work, such as on a bare number.

    The name is the host of the first origin in the settings that can carry passkeys, so that it stays the same.
    """
    able = [origin for origin in settings.ORIGINS if _can_carry(origin)]
    if not able:
        return None
    name = _host(able[0])
    ours = tuple(origin for origin in able if _host(origin) == name or _host(origin).endswith(f".{name}"))
    return Party(name, ours) if host in {_host(origin) for origin in ours} else None


def question_to_add(actor: Actor, party: Party) -> Question:
    """For a new passkey; a device that holds one of mine already is left out."""
    factors.require_staff(actor)
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.id,
        user_id=actor.id.bytes,
        user_name=actor.alias,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_known(actor.id),
    )
    return Question(json.loads(webauthn.options_to_json(options)), options.challenge)


def add(actor: Actor, party: Party, challenge: bytes, answer: Any, name: str, *, first: bool = False) -> None:
    """Keep a passkey that answered `challenge`. `first`: see `factors.adding`. Raises PasskeyRefused, Invalid."""
    factors.require_staff(actor)
    found = _registered(party, challenge, answer)
    try:
        with factors.adding(actor, first=first):
            count = Passkey.objects.filter(staff=actor.id).count()
            if count >= MOST:
                raise Invalid
            Passkey.objects.create(
                staff_id=actor.id,
                credential_id=found.credential_id,
                public_key=found.credential_public_key,
                sign_count=found.sign_count,
                name=_tidy(name) or f"Passkey {count + 1}",
                added_on=timezone.localdate(),
            )
            audit.note("factor_added", by=actor, subject=actor.id, code=factors.PASSKEY)
    except IntegrityError:
        raise PasskeyRefused from None


def question_to_prove(staff: UUID, party: Party) -> Question:
    """For the second step of somebody whose password was right; names their passkeys to the browser."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        allow_credentials=_known(staff),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return Question(json.loads(webauthn.options_to_json(options)), options.challenge)


def check(staff: UUID, party: Party, challenge: bytes, answer: Any) -> bool:
    """Whether one of this person's passkeys answered. A counter that does not grow is a copy, and refused."""
    try:
        given = parse_authentication_credential_json(answer)
        known = Passkey.objects.filter(staff=staff, credential_id=given.raw_id).first()
        if known is None or given.response.user_handle not in {None, b"", staff.bytes} or not _spend(challenge):
            return False
        proved = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=bytes(known.public_key),
            credential_current_sign_count=known.sign_count,
        )
    except _BROKEN:
        return False
    with transaction.atomic():
        same = Passkey.objects.filter(pk=known.pk, sign_count=known.sign_count)
        return same.update(sign_count=proved.new_sign_count) == 1


def rename(actor: Actor, passkey: int, name: str) -> None:
    """Another name for one of mine. Raises NotFound, Invalid for an empty name."""
    factors.require_staff(actor)
    if not _tidy(name):
        raise Invalid
    with transaction.atomic():
        if not Passkey.objects.filter(pk=passkey, staff=actor.id).update(name=_tidy(name)):
            raise NotFound


def remove(actor: Actor, passkey: int) -> None:
    """One of mine no longer counts. Raises NotFound, LastFactor."""
    with factors.removing(actor, factors.PASSKEY):
        if not Passkey.objects.filter(pk=passkey, staff=actor.id).delete()[0]:
            raise NotFound


def _registered(party: Party, challenge: bytes, answer: Any) -> Any:
    """What py_webauthn found good, the public key included: one that cannot be used later is refused now."""
    if not isinstance(answer, dict) or not _spend(challenge):
        raise PasskeyRefused
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
        )
        webauthn.helpers.decoded_public_key_to_cryptography(
            webauthn.helpers.decode_credential_public_key(found.credential_public_key)
        )
    except _BROKEN:
        raise PasskeyRefused from None
    return found


def _spend(challenge: bytes) -> bool:
    """True the first time: another tab's late save of the session must not bring a challenge back (pitfalls 7)."""
    key = f"passkey:spent:{hashlib.sha256(challenge).hexdigest()}"
    return limits.or_else(lambda: bool(cache.add(key, 1, CHALLENGE_SECONDS)), default=True)


def _known(staff: UUID) -> list[PublicKeyCredentialDescriptor]:
    ids = Passkey.objects.filter(staff=staff).order_by("pk").values_list("credential_id", flat=True)
    return [PublicKeyCredentialDescriptor(id=bytes(known)) for known in ids]


def _tidy(name: str) -> str:
    return " ".join(name.split())[:NAME_MAX]


def _can_carry(origin: str) -> bool:
    """Browsers offer passkeys on https with a name, and on this machine's own "localhost"."""
    host = _host(origin)
    local = host == "localhost" or host.endswith(".localhost")
    return bool(host) and not _is_number(host) and (origin.startswith("https://") or local)


def _host(origin: str) -> str:
    return urlsplit(origin).hostname or ""


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
