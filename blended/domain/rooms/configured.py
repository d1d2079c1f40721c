"""Which room a team has: chosen by the administrator, its secret kept under the key file's operational key.

The secret is bound to team, kind and address: with another address in the row it does not open, so that a token is
never sent to where it was not meant for.
"""

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blended.domain.rooms import Provider, RoomRefused
from blended.domain.rooms.bbb import BigBlueButton
from blended.domain.rooms.jitsi import Jitsi
from blended.domain.rooms.link import Pasted
from blended.domain.rooms.webex import ADDRESS, Webex
from blended.models import Room
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.vault import operational
from counselling.vault.master import KeyFileProblem
from counselling.vault.sealing import Unreadable

WITH_SECRET: Final = (Room.Provider.JITSI, Room.Provider.BBB, Room.Provider.WEBEX)
NAMES: Final = {
    Room.Provider.BUILTIN: _("der eigene Raum auf der Seite"),
    Room.Provider.JITSI: "Jitsi",
    Room.Provider.BBB: "BigBlueButton",
    Room.Provider.WEBEX: "Webex (Cisco)",
    Room.Provider.LINK: _("ein anderer Anbieter"),
}


def of_team(team: UUID, wanted: str) -> Provider:
    """The team's room, when it is of the kind a meeting was made for. Raises RoomRefused."""
    room = Room.objects.filter(team=team).first()
    if room is None or room.provider != wanted:
        raise RoomRefused("config")
    return adapter(room)


def adapter(room: Room) -> Provider:
    """What speaks with it. Raises RoomRefused where nothing is to be spoken with, or the secret does not open."""
    match room.provider:
        case Room.Provider.JITSI:
            return Jitsi(room.address, room.app_id, secret(room))
        case Room.Provider.BBB:
            return BigBlueButton(room.address, secret(room), room.checksum)
        case Room.Provider.WEBEX:
            return Webex(secret(room), room.address or ADDRESS)
        case Room.Provider.LINK:
            return Pasted(room.address)
    raise RoomRefused("config")


def check(room: Room) -> str | Promise:
    """One sentence for the administrator: what works. Raises RoomDown, RoomRefused."""
    if room.provider == Room.Provider.BUILTIN:
        return _("Der eigene Raum braucht nichts von anderen Anbietern.")
    return adapter(room).check()


def company(team: UUID, kind: str) -> str:
    """How that room is called in front of young people."""
    room = Room.objects.filter(team=team, provider=kind).first()
    return (room.label if room else "") or str(NAMES[Room.Provider(kind)])


def save(actor: Actor, room: Room, new_secret: str) -> None:
    """Keep the row; an empty secret leaves the old one where it still fits, and drops it where it does not."""
    with transaction.atomic():
        if room.provider not in WITH_SECRET:
            room.sealed = room.sealed_at = None
        elif new_secret:
            room.sealed = operational.seal_operational(new_secret, _purpose(room))
            room.sealed_at = timezone.now()
        elif not has_secret(room):
            room.sealed = room.sealed_at = None
        room.save()
        audit.note("room_set", by=actor, subject=room.team_id, code=room.provider)


def secret(room: Room) -> str:
    """Opened for the moment of use. Raises RoomRefused."""
    try:
        return operational.open_operational(room.sealed or b"", _purpose(room))
    except (Unreadable, KeyFileProblem):
        raise RoomRefused("config") from None


def has_secret(room: Room) -> bool:
    """Whether one is stored that fits this kind and address."""
    try:
        secret(room)
    except RoomRefused:
        return False
    return True


def reseal() -> int:
    """Bring secrets under the active master key; how many moved. What does not open stays as it is."""
    return sum(_reseal(room) for room in Room.objects.exclude(sealed=None))


def under(kid: str) -> int:
    """How many secrets need this master key."""
    return [operational.kid_of(sealed) for sealed in _sealed()].count(kid)


def _reseal(room: Room) -> bool:
    before = bytes(room.sealed or b"")
    try:
        fresh = operational.reseal(before, _purpose(room))
    except (Unreadable, KeyFileProblem):
        return False
    return fresh != before and Room.objects.filter(pk=room.pk, sealed=before).update(sealed=fresh) == 1


def _sealed() -> list[bytes]:
    return [bytes(sealed) for sealed in Room.objects.values_list("sealed", flat=True) if sealed]


def _purpose(room: Room) -> str:
    return f"room|{room.team_id}|{room.provider}|{room.address}|v1"
