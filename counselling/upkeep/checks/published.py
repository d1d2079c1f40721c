"""Whether anything published gives a small number away."""

from counselling.statistics.domain import attacker, releases


def attacked() -> tuple[int, list[str]]:
    """How many releases there are, and a line for each number below 5 that they give away: its place, never itself."""
    kept = releases.kept()
    found = attacker.attack(kept)
    return len(kept), [
        f"{one.period} gives a number below 5 away: {' '.join(filter(None, (one.table, *one.key)))}" for one in found
    ]
