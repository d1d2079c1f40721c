"""A figure with a few small tables that share dimensions, and random numbers for them: no definitions, no database."""

import random
from collections import Counter
from itertools import product

from counselling.statistics.domain.shapes import Counted, Dimension, Figure, Key, Period, Table

YEAR = Period(2026)
QUARTERS = YEAR.quarters
AGE = Dimension(
    "age",
    "Alter",
    (("u12", "unter 12"), ("12_14", "12-14"), ("15_17", "15-17"), ("o18", "ab 18")),
    (("u15", "unter 15", ("u12", "12_14")), ("u18", "unter 18", ("u12", "12_14", "15_17"))),
)
GENDER = Dimension("gender", "Geschlecht", (("w", "w"), ("m", "m"), ("d", "d")), (("not_w", "nicht w", ("m", "d")),))
TOPIC = Dimension("subject", "Thema", (("home", "Familie"), ("school", "Schule"), ("love", "Liebe")))
ASKED = Figure("asked", "Anfragen", "count", "")
BACK = Figure("back", "Wieder da", "share", "", base="asked")
HOURS = Figure("open", "Offen", "hours", "")
LONG = Figure("long", "Dauer", "median", "", base="minutes")
FIGURES = (ASKED, BACK, HOURS, LONG)
BY_AGE = Table("by_age", "nach Alter", "asked", (AGE,), "")
BY_BOTH = Table("by_both", "nach Alter und Geschlecht", "asked", (AGE, GENDER), "")
BY_TOPIC = Table("by_topic", "nach Thema und Alter", "asked", (TOPIC, AGE), "", overlaps=True)
TABLES = (BY_AGE, BY_BOTH, BY_TOPIC)


def counted(rng: random.Random, events: int) -> Counted:
    """So many random events, each with an age and a gender, one or two topics; few of some kinds."""
    found = Counted(tables={table.code: Counter() for table in TABLES})
    for _ in range(events):
        age = rng.choices(("u12", "12_14", "15_17", "o18"), (1, 10, 30, 3))[0]
        gender = rng.choices(("w", "m", "d"), (20, 9, 1))[0]
        found.figures["asked"] += 1
        found.figures["back"] += rng.random() < 0.3
        found.tables["by_age"][age,] += 1
        found.tables["by_both"][age, gender] += 1
        for topic in rng.sample(("home", "school", "love"), rng.choice((1, 1, 2))):
            found.tables["by_topic"][topic, age] += 1
    found.values["minutes"] = Counter(rng.randrange(90) for _ in range(events))
    return found


def together(parts: list[Counted]) -> Counted:
    """A year out of its quarters."""
    whole = Counted(tables={table.code: Counter() for table in TABLES})
    for part in parts:
        whole.figures += part.figures
        for code, counts in part.tables.items():
            whole.tables[code] += counts
        for code, numbers in part.values.items():
            whole.values[code] = whole.values.get(code, Counter()) + numbers
    return whole


def of(figure: int, **tables: dict[str | Key, int]) -> Counted:
    """Numbers by hand."""
    return Counted(
        Counter({"asked": figure}),
        {
            code: Counter({key if isinstance(key, tuple) else (key,): n for key, n in cells.items()})
            for code, cells in tables.items()
        },
    )


def keys(table: Table) -> list[Key]:
    """Every declared cell."""
    return list(product(*([code for code, _label in side.values] for side in table.dimensions)))
