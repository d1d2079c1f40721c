"""Cases from before the vault: seal them to their team, and destroy what the master key file opens."""

import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(_words: argparse.Namespace) -> str:
    """One case after the other; safe to repeat after it was stopped."""
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    from counselling.cases.domain import sealing_over  # noqa: PLC0415 -- after setup()

    done = sealing_over.seal_over()
    said = [f"Sealed {done.sealed} cases to their teams; the master key opens none of them any more."]
    if done.waiting:
        said.append(f"{done.waiting} wait until a counsellor of their team has set up its vault (/team/vault/).")
    if done.damaged:
        said.append(f"{done.damaged} do not open any more and were left as they are.")
    return " ".join(said)
