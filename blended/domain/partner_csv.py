"""The directory as a table: reading what spreadsheets save, and writing it so that they open it without harm.

Read are UTF-8 with and without its mark and Windows-1252, divided by semicolons, commas or tabs (RFC 4180), with
headers in German or English. Mistakes come back as sentences with their line, as many as there are.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from blended.domain.found_by import fold
from blended.domain.partner_fields import LANGUAGES, PartnerFields
from counselling.errors import Invalid

MOST_BYTES: Final = 1_000_000
MOST_ROWS: Final = 2_000
MOST_PROBLEMS: Final = 100
_LONGEST_CELL: Final = 4_000

COLUMNS: Final[Mapping[str, Promise]] = {
    "name": _("Name"),
    "purpose": _("Wofür"),
    "area": _("Gebiet"),
    "topics": _("Themen"),
    "languages": _("Sprachen"),
    "hours": _("Öffnungszeiten"),
    "access": _("Barrierefreiheit"),
    "telephone": _("Telefon"),
    "email": _("E-Mail"),
    "website": _("Internetseite"),
    "address": _("Adresse"),
    "checked_on": _("Geprüft am"),
    "active": _("Aktiv"),
}
# As people call these columns, folded; our own headers in both languages are added below.
_ALSO: Final = {
    "name": "organisation organization einrichtung stelle titel title",
    "purpose": "wofur wozu angebot zweck beschreibung description offer what_for",
    "area": "ort stadt region einzugsgebiet place city",
    "topics": "thema topic schwerpunkte subjects",
    "languages": "sprache language",
    "hours": "zeiten sprechzeiten offnungszeit opening_hours open",
    "access": "barrierefrei zugang accessibility accessible",
    "telephone": "tel telefonnummer rufnummer phone",
    "email": "mail e-mail-adresse email_address",
    "website": "web webseite homepage url internet link site",
    "address": "anschrift strasse street",
    "checked_on": "gepruft stand checked verified last_checked",
    "active": "aktiviert sichtbar visible",
}
_YES: Final = frozenset({"ja", "j", "yes", "y", "1", "x", "wahr", "true", "aktiv", "active", ""})
_NO: Final = frozenset({"nein", "n", "no", "0", "falsch", "false", "inaktiv", "inactive", "aus", "off"})
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_BETWEEN: Final = re.compile(r"[|;,/\n]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not fit, for people: line of the table (0: the table as a whole), column, sentence."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its number as a text editor counts, and the cells of the columns that the table has."""

    line: int
    cells: dict[str, Any] = field(repr=False)


@dataclass(slots=True)
class Table:
    """What was read. `columns`: the header's, "" for one that is nobody's (`unknown`): it is left out."""

    columns: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, sentence: str | Promise, column: str = "") -> None:
        """One more problem, up to MOST_PROBLEMS."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(line, str(COLUMNS[column]) if column else "", str(sentence)))


def decoded(data: bytes) -> str:
    """The text of a file. Raises Invalid for one that is too large, empty, or no text."""
    if len(data) > MOST_BYTES:
        raise Invalid(_("Die Datei ist zu groß. Höchstens 1 MB: Teile sie in mehrere."))
    if b"\0" in data:
        raise Invalid(_("Das ist keine CSV-Datei. Wähle in der Tabelle „Speichern unter“ und dann „CSV“."))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise Invalid(_("In der Datei steht nichts."))
        return text
    raise Invalid(_("Die Zeichen dieser Datei lassen sich nicht lesen. Speichere sie als „CSV UTF-8“."))


def read(text: str, labels: Iterable[Mapping[str, str]]) -> Table:
    """The table in a text; `labels`: what topics are called by code, in each language."""
    table = Table()
    first, body = _first_line(text)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=_delimiter(first), strict=True)
    before = text.count("\n", 0, len(text) - len(body))
    try:
        table.columns = _columns(table, next(reader, []), before + 1)
        if table.columns:
            _read_rows(table, _numbered(reader, before), _Readers(labels))
    except csv.Error as trouble:
        table.refuse(before + reader.line_num, _what_broke(str(trouble)))
    if table.columns and not table.rows and not table.problems:
        table.refuse(0, _("Unter der Kopfzeile steht nichts."))
    return table


def written(rows: Iterable[PartnerFields], labels: Mapping[str, str]) -> str:
    """The same as a table in the reader's language, which `read` takes again; nothing in it is taken for a formula."""
    file = io.StringIO()
    out = csv.writer(file, delimiter=";" if (get_language() or "de").startswith("de") else ",")
    out.writerow([str(name) for name in COLUMNS.values()])
    out.writerows([_harmless(_cell(row, name, labels)) for name in COLUMNS] for row in rows)
    return file.getvalue()


def _first_line(text: str) -> tuple[str, str]:
    """The header's line, and the text from there on: Excel may say `sep=;` before it."""
    body = text.lstrip("\ufeff\r\n ")
    line = body.split("\n", 1)[0]
    if re.fullmatch(r"sep=.\s*", line):
        body = body[len(line) + 1 :]
        line = body.split("\n", 1)[0]
    return line, body


def _delimiter(line: str) -> str:
    bare = re.sub(r'"[^"]*"', "", line)
    return max(";,\t", key=bare.count)


def _what_broke(trouble: str) -> str | Promise:
    """Python's words for a broken table in ours."""
    if "field limit" in trouble:
        return _("Ein Feld ist viel zu lang. Vielleicht fehlt davor ein Anführungszeichen.")
    return _("Hier stimmen die Anführungszeichen nicht. Ab dieser Zeile lässt sich die Tabelle nicht lesen.")


def _columns(table: Table, header: list[str], line: int) -> tuple[str, ...]:
    """Which column stands where; the problems of the header are told. Nothing, when there are no names."""
    known, columns = _header_names(), list[str]()
    for cell in header:
        name = known.get(_key(cell), "")
        if name and name in columns:
            table.refuse(line, _("Diese Spalte kommt zweimal vor."), name)
        elif not name and cell.strip():
            table.unknown.append(cell.strip()[:40])
        columns.append(name)
    if "name" not in columns:
        table.refuse(line, _("In der ersten Zeile fehlt die Spalte „Name“. Dort stehen die Namen der Spalten."))
        return ()
    return tuple(columns)


def _header_names() -> dict[str, str]:
    known = {_key(word): name for name, words in _ALSO.items() for word in words.split()}
    for language in ("de", "en"):
        with override(language):
            known |= {_key(str(label)): name for name, label in COLUMNS.items()}
    return known | {_key(name): name for name in COLUMNS}


def _key(word: str) -> str:
    return re.sub(r"[\W_]+", "", fold(word))


def _numbered(reader: Any, before: int) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line with the line's number; a text in quotation marks may reach over several."""
    begins = before + reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = before + reader.line_num + 1


def _read_rows(table: Table, lines: Iterable[tuple[int, list[str]]], readers: "_Readers") -> None:
    seen: dict[str, int] = {}
    for line, cells in lines:
        if len(table.rows) == MOST_ROWS:
            table.refuse(0, _("Das sind zu viele Zeilen. Höchstens 2.000: Teile die Tabelle in mehrere."))
            return
        if any(cell.strip() for cell in cells[len(table.columns) :]):
            table.refuse(line, _("Diese Zeile hat mehr Felder als die Kopfzeile. Stehen Trennzeichen in einem Text?"))
            continue
        named = {name: _at(cells, place) for place, name in enumerate(table.columns) if name}
        row = Row(line, readers.row(table, line, named))
        twin = seen.setdefault(fold(row.cells["name"]), line)
        if row.cells["name"].strip() and twin != line:
            table.refuse(line, _("Dieser Name steht schon in Zeile %(n)s.") % {"n": twin}, "name")
        table.rows.append(row)


def _at(cells: list[str], place: int) -> str:
    """A cell, without the sign that keeps spreadsheets from calculating with it."""
    cell = cells[place] if place < len(cells) else ""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


class _Readers:
    """Cells into values."""

    def __init__(self, labels: Iterable[Mapping[str, str]]) -> None:
        self._topics = {
            fold(word): code for of_one in labels for code, label in of_one.items() for word in (code, label)
        }
        self._languages = {fold(code): code for code in LANGUAGES}
        for language in ("de", "en"):
            with override(language):
                self._languages |= {fold(str(name)): code for code, name in LANGUAGES.items()}

    def row(self, table: Table, line: int, cells: dict[str, str]) -> dict[str, Any]:
        """The values of one line; what cannot be read is told, and empty."""
        kept: dict[str, Any] = {}
        for name, cell in cells.items():
            if len(cell) > _LONGEST_CELL:
                table.refuse(line, _("Das ist viel zu lang."), name)
                cell = ""  # noqa: PLW2901 -- told, and left out
            kept[name] = self._value(name, cell, partial(_refuse, table, line, name))
        return kept

    def _value(self, name: str, cell: str, refuse: Callable[[str | Promise], None]) -> Any:
        if name == "topics":
            return _codes(cell, self._topics, refuse, _("Das Thema „%(word)s“ gibt es hier nicht."))
        if name == "languages":
            return _codes(cell, self._languages, refuse, _("Die Sprache „%(word)s“ kennen wir nicht."))
        if name == "checked_on":
            return _day(cell.strip(), refuse)
        if name == "active":
            return _yes(fold(cell), refuse)
        return cell


def _refuse(table: Table, line: int, column: str, sentence: str | Promise) -> None:
    table.refuse(line, sentence, column)


def _codes(
    cell: str, known: Mapping[str, str], refuse: Callable[[str | Promise], None], sentence: Promise
) -> tuple[str, ...]:
    """Labels or codes; labels may have commas themselves, so bars divide before commas do."""
    parts = [cell] if fold(cell) in known else cell.split("|") if "|" in cell else _BETWEEN.split(cell)
    found = list[str]()
    for part in filter(None, map(str.strip, parts)):
        code = known.get(fold(part))
        if code is None:
            refuse(sentence % {"word": part[:40]})
        else:
            found.append(code)
    return tuple(dict.fromkeys(found))


def _day(cell: str, refuse: Callable[[str | Promise], None]) -> dt.date | None:
    for pattern in ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"):
        try:
            return dt.datetime.strptime(cell, pattern).date() if cell else None  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    refuse(_("Das ist kein Tag: Schreib ihn wie 31.12.2026 oder 2026-12-31."))
    return None


def _yes(cell: str, refuse: Callable[[str | Promise], None]) -> bool:
    if cell not in _YES | _NO:
        refuse(_("Hier steht ja oder nein."))
    return cell not in _NO


def _cell(row: PartnerFields, name: str, labels: Mapping[str, str]) -> str:
    value = getattr(row, name)
    if name == "topics":
        return " | ".join(labels.get(code, code) for code in value)
    if name == "languages":
        return " | ".join(row.language_names)
    if name == "active":
        return str(_("ja") if value else _("nein"))
    return value.isoformat() if isinstance(value, dt.date) else str(value or "")


def _harmless(cell: str) -> str:
    """A spreadsheet must not take a text for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
