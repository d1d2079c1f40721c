"""`counselling partners import FILE`: what the page does, for the server's console."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from blended.models import Partner
from counselling.commands import Refusal, partners
from tests.support import world

pytestmark = pytest.mark.django_db
TABLE = "Name;Wofür;Telefon\nAnker;Sucht;069 90009 202\n"


def words(*typed: str) -> Namespace:
    parser = ArgumentParser()
    partners.add(parser)
    return parser.parse_args(typed)


@pytest.fixture(autouse=True)
def team() -> None:
    world.team()


def test_a_table_comes_in_twice_without_harm_and_goes_out(tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text(TABLE, encoding="cp1252")

    assert partners.run(words("import", str(file), "--team", "linde")) == "1 organisations are new or changed."
    assert partners.run(words("import", str(file), "--team", "linde")) == "0 organisations are new or changed."
    partners.run(words("export", str(out), "--team", "linde"))
    assert partners.run(words("import", str(out), "--team", "linde")) == "0 organisations are new or changed."


def test_mistakes_are_told_with_their_lines_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text(TABLE + "Möwe;;nein\n", encoding="utf-8")

    with pytest.raises(Refusal) as refused:
        partners.run(words("import", str(file), "--team", "linde"))

    assert str(refused.value).splitlines()[0] == "Nothing was written:"
    assert [line.split(":")[0] for line in str(refused.value).splitlines()[1:]] == ["line 3", "line 3"]
    assert not Partner.objects.exists()


def test_what_is_not_there_is_said_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_bytes(b"")
    for typed in (["import"], ["import", str(tmp_path / "no.csv")], ["import", str(file)]):
        with pytest.raises(Refusal):
            partners.run(words(*typed))
    file.write_text(TABLE, encoding="utf-8")
    with pytest.raises(Refusal):
        partners.run(words("import", str(file), "--team", "nobody"))
