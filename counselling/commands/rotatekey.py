"""Renew the master key: a new one becomes active, what can be moved is moved, an old one goes when nobody needs it."""

import argparse

from counselling.commands import Refusal

NEXT = """Restart the servers and keep the new file where the old one is kept.
In some weeks run: counselling rotatekey --retire KID"""


def add(parser: argparse.ArgumentParser) -> None:
    """Rotate, or take an old key out."""
    parser.add_argument(
        "--only-add",
        action="store_true",
        help="add the key and stop: where servers read a copy of the file, restart them and run rotatekey again",
    )
    parser.add_argument("--retire", metavar="KID", help="take an old key out of the file for good")
    parser.add_argument("--even-so", action="store_true", help="with --retire: although something still needs it")


def run(words: argparse.Namespace) -> str:
    """Safe to repeat after it was stopped: then it finishes what it began. Raises Refusal, KeyFileProblem."""
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    return _retire(words.retire, even_so=words.even_so) if words.retire else _rotate(only_add=words.only_add)


def _rotate(*, only_add: bool) -> str:
    """What a stopped rotation left undone is done first, and then no further key is added."""
    from counselling.people.domain import canary  # noqa: PLC0415 -- after setup()
    from counselling.vault.master import keyring  # noqa: PLC0415 -- as above

    canary.check()
    if only_add:
        return f"{_add_key()} is the active key now. Restart all servers, then run: counselling rotatekey"
    moved = _renew()
    if not any(moved.values()):
        _add_key()
        moved = _renew()
    waits = [f"{kid} is still needed by {_list(_needs(kid))}." for kid, _ in keyring().keys[1:] if _needs(kid)]
    done = f"{keyring().active_kid} is the active key now. Moved to it: {_list(moved)}."
    return "\n".join([done, *waits, NEXT])


def _add_key() -> str:
    from django.conf import settings  # noqa: PLC0415 -- after setup()
    from django.utils import timezone  # noqa: PLC0415 -- as above

    from counselling.vault import keyfile  # noqa: PLC0415 -- as above

    return keyfile.add_key(settings.MASTER_KEY_FILE, timezone.localdate())


def _renew() -> dict[str, int]:
    from counselling.centre.domain import reports  # noqa: PLC0415 -- after setup()
    from counselling.mail.domain import notify, outbox  # noqa: PLC0415 -- as above
    from counselling.people.domain import rotation  # noqa: PLC0415 -- as above

    mail = {"addresses for notifications": notify.reseal(), "waiting mails": outbox.reseal()}
    moved = {what: number for what, number in mail.items() if number}
    return rotation.renew() | {"reports": reports.reseal()} | moved


def _retire(kid: str, *, even_so: bool) -> str:
    from django.conf import settings  # noqa: PLC0415 -- after setup()

    from counselling.people.domain import canary, rotation  # noqa: PLC0415 -- as above
    from counselling.vault import keyfile  # noqa: PLC0415 -- as above
    from counselling.vault.master import keyring  # noqa: PLC0415 -- as above

    canary.check()
    if kid == keyring().active_kid or kid not in dict(keyring().keys):
        keyfile.remove_key(settings.MASTER_KEY_FILE, kid)  # says why not
    needed = _needs(kid)
    if needed and not even_so:
        raise Refusal(f"{kid} is still needed by {_list(needed)}. With --even-so they lose what it opens, for good.")
    rotation.forget(kid)
    keyfile.remove_key(settings.MASTER_KEY_FILE, kid)
    lost = f" Lost with it: {_list(needed)}." if needed else ""
    return f"{kid} is out of the key file.{lost} Restart the servers, and destroy every copy of the old file."


def _needs(kid: str) -> dict[str, int]:
    """Of every room, what this key alone opens."""
    from django.utils import timezone  # noqa: PLC0415 -- after setup()

    from counselling.cases.domain import sealing_over  # noqa: PLC0415 -- as above
    from counselling.centre.domain import reports  # noqa: PLC0415 -- as above
    from counselling.mail.domain import notify, outbox  # noqa: PLC0415 -- as above
    from counselling.people.domain import rotation  # noqa: PLC0415 -- as above

    rooms = {
        "reports": reports.under(kid),
        "addresses for notifications": notify.under(kid),
        "waiting mails": outbox.under(kid),
        "cases from before the vault": sealing_over.left().filter(holder_id=kid).count(),
    }
    return rotation.needs(kid, timezone.now()) | {what: number for what, number in rooms.items() if number}


def _list(needed: dict[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in needed.items())
