"""Try it on this machine: key file, database, people, data and server in one step, on loopback only."""

import argparse
import hashlib
import os
from pathlib import Path

PEOPLE = [
    ("linde", "Linde", "counsellor", ["de", "en"]),
    ("ahorn", "Ahorn", "counsellor", ["de", "tr"]),
    ("leitung", "Leitung", "supervisor", ["de"]),
    ("technik", "Technik", "administrator", ["de"]),
]


def add(parser: argparse.ArgumentParser) -> None:
    """Which port."""
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))


def run(words: argparse.Namespace) -> str:
    """Prepare, print who can sign in, serve until stopped."""
    os.environ |= {"COUNSELLING_DEMO": "1", "PORT": str(words.port)}
    _key_file()
    import django  # noqa: PLC0415 -- the settings need what was set above

    django.setup()
    _database()
    sign_ins = _people()
    _seal_cases()
    _numbers()
    _print(words.port, sign_ins)
    from counselling.commands import serve  # noqa: PLC0415 -- as above

    words.host, words.socket = "127.0.0.1", ""
    serve.serve(words)
    return "The demo has stopped. Its data is kept for the next time."


def _key_file() -> None:
    from counselling.vault import master  # noqa: PLC0415 -- before the settings

    var = Path(os.environ.get("COUNSELLING_VAR", Path(__file__).resolve().parents[2] / "var"))
    path = Path(os.environ.get("COUNSELLING_KEY_FILE", var / "master.key"))
    if not path.exists():
        master.create(path)


def _database() -> None:
    from django.core.management import call_command  # noqa: PLC0415 -- after setup()

    from counselling.people.domain import canary  # noqa: PLC0415 -- as above

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    canary.check()


def _people() -> list[tuple[str, str, str]]:
    """(user name, password, role); passwords are derived from the key file, so that they stay the same."""
    from blended.domain import demo_dates, demo_partners  # noqa: PLC0415 -- after setup()
    from counselling.centre import defaults  # noqa: PLC0415 -- as above
    from counselling.people.domain import papers, staff  # noqa: PLC0415 -- as above
    from counselling.people.models import Team  # noqa: PLC0415 -- as above
    from counselling.vault.master import keyring  # noqa: PLC0415 -- as above

    defaults.ensure()
    defaults.demo_centre()
    team, _ = Team.objects.get_or_create(slug="team", defaults={"name": "Jugendberatung"})
    defaults.demo_hours(team)
    demo_partners.ensure(team)
    seed = keyring().derive("demo-passwords|v1", keyring().keys[-1][0])  # a rotation changes no password
    made = []
    for username, alias, role, languages in PEOPLE:
        password = "-".join(_word(seed, username, n) for n in range(3))
        staff.let_in(username, password=password, alias=alias, role=role, team=team.slug, languages=languages)
        made.append((username, password, role))
    paper = papers.found_here(team.pk)
    if paper:
        made.append(("", paper, "the team's recovery key, shown once"))
    demo_dates.ensure(team)
    return made


def _seal_cases() -> None:
    """A demo from before the vault: its chats belong to the team from now on."""
    from counselling.cases.domain import sealing_over  # noqa: PLC0415 -- after setup()

    sealing_over.seal_over()


def _numbers() -> None:
    from django.utils import timezone  # noqa: PLC0415 -- after setup()

    from counselling.statistics.domain import simulating_demo  # noqa: PLC0415 -- as above

    simulating_demo.ensure(timezone.now())


def _word(seed: bytes, username: str, number: int) -> str:
    return hashlib.sha256(seed + f"{username}{number}".encode()).hexdigest()[:4]


def _print(port: int, sign_ins: list[tuple[str, str, str]]) -> None:
    rows = "\n".join(f"    {name:<10} {password:<18} {role}" for name, password, role in sign_ins)
    print(  # noqa: T201 -- what the person at the console needs
        f"\nThe counselling demo runs at  http://127.0.0.1:{port}/\n"
        f"The team signs in at          http://127.0.0.1:{port}/team/\n\n{rows}\n\n"
        "The chat is open as soon as a counsellor has signed in. For this machine only: no TLS, no second factor.\n"
        "The statistics begin with simulated numbers: none of last year's cases in them happened.\n"
        "Stop with Ctrl+C.\n",
        flush=True,
    )
