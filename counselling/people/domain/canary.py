"""Does the key file fit the database? A known text per key, checked before the server starts."""

from django.db import transaction

from counselling.people.models import KeyCanary
from counselling.vault import operational
from counselling.vault.master import KeyFileProblem, keyring
from counselling.vault.sealing import Unreadable

SONG = "canary"
PURPOSE = "canary|v1"


def check() -> None:
    """Raises KeyFileProblem when a key the database was written with is missing or another one; adds new keys."""
    known = dict(KeyCanary.objects.values_list("kid", "sealed"))
    for kid, sealed in known.items():
        if not _sings(sealed):
            raise KeyFileProblem(f"The master key file is not the one this database was made with (key {kid}).")
    active = keyring().active_kid
    if active not in known:
        with transaction.atomic():
            KeyCanary.objects.get_or_create(
                kid=active, defaults={"sealed": operational.seal_operational(SONG, PURPOSE)}
            )


def sings() -> bool:
    """Whether the key file has every key that the database was written with; writes nothing. Raises KeyFileProblem."""
    return all(_sings(sealed) for sealed in KeyCanary.objects.values_list("sealed", flat=True))


def _sings(sealed: bytes | memoryview) -> bool:
    try:
        return operational.open_operational(bytes(sealed), PURPOSE) == SONG
    except Unreadable:
        return False
