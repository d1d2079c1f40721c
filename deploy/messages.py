"""The translations: German is the source, locale/en/LC_MESSAGES/django.po the English.

`python -m deploy.messages merge`    extract every German sentence, fill in locale/en/parts/*.json
`python -m deploy.messages check`    say what is missing, outdated or has other placeholders
`python -m deploy.messages compile`  write the .mo files

Compiling is pure Python, so that `make run` needs nothing; the other two need Debian's gettext.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "locale"
ENGLISH = LOCALES / "en" / "LC_MESSAGES" / "django.po"
PARTS = LOCALES / "en" / "parts"
SOURCES = ("counselling", "chat", "blended", "templates")
KEYWORDS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
)
HEADER = "# English. Made by `make messages` from the code and locale/en/parts/."
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def extract() -> Catalog:
    """Every German sentence of code and templates, with where it stands. RuntimeError without xgettext."""
    with tempfile.TemporaryDirectory() as directory:
        names = [_as_python(path, Path(directory)) for path in sources()]
        command = ["xgettext", "--language=Python", "--from-code=UTF-8", "--add-comments=Translators", "-o", "-"]
        command += [f"--keyword={keyword}" for keyword in KEYWORDS]
        try:
            done = subprocess.run(  # noqa: S603 -- names of our own files
                [*command, *names], cwd=directory, capture_output=True, check=False
            )
        except FileNotFoundError:
            raise RuntimeError("xgettext is missing: apt-get install gettext") from None
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    template = done.stdout.replace(b"charset=CHARSET", b"charset=UTF-8")
    template = template.replace(b"nplurals=INTEGER; plural=EXPRESSION", b"nplurals=2; plural=(n != 1)")
    return read_po(template.splitlines(keepends=True))


def sources() -> Iterator[Path]:
    """The files that speak to people, in a stable order."""
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def _as_python(path: Path, directory: Path) -> str:
    """Copy a file to where xgettext reads it, templates turned into what Python would say; its name there."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 -- compiling needs no Django

    name = path.relative_to(ROOT)
    text = path.read_text(encoding="utf-8")
    copy = directory / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(text if path.suffix == ".py" else templatize(text, origin=str(name)), encoding="utf-8")
    return str(name)


def read(path: Path) -> Catalog:
    """A catalogue on disk; an empty one where there is none yet."""
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as stream:
        return read_po(stream, locale=path.parent.parent.name)


def parts() -> dict[tuple[str, str], str | list[str]]:
    """What the parts say: {(context, German): English}. RuntimeError where two parts disagree."""
    said: dict[tuple[str, str], str | list[str]] = {}
    for path in sorted(PARTS.glob("*.json")):
        for key, english in json.loads(path.read_text(encoding="utf-8")).items():
            context, _, german = key.rpartition("\x04")
            if said.setdefault((context, german), english) != english:
                raise RuntimeError(f"{path.name} translates otherwise than a part before it: {german}")
    return said


def merge() -> None:
    """Write the English catalogue anew: sentences from the code, English from the parts or from before."""
    before, said = read(ENGLISH), parts()
    catalog = Catalog(locale="en", project="counselling", version="1", header_comment=HEADER, fuzzy=False)
    catalog.creation_date = before.creation_date
    for message in messages_of(extract()):
        known = before.get(message.id, message.context)
        english = said.get((message.context or "", german_of(message))) or (known.string if known else None)
        catalog.add(
            message.id,
            tuple(english) if isinstance(english, list) else english,
            locations=message.locations,
            flags=message.flags,
            auto_comments=message.auto_comments,
            context=message.context,
        )
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    with ENGLISH.open("wb") as stream:
        write_po(stream, catalog, width=120, include_lineno=False)


def problems() -> list[str]:
    """One line per German sentence that English readers would miss or read wrongly."""
    english, found = read(ENGLISH), []
    for message in messages_of(extract()):
        german = german_of(message)
        known = english.get(message.id, message.context)
        if known is None or not all(strings_of(known)):
            found.append(f"no English for: {german}")
        elif any(placeholders(german) - placeholders(text) for text in strings_of(known)[-1:]):
            found.append(f"other placeholders in English: {german}")
    return found


def messages_of(catalog: Catalog) -> Iterator[Message]:
    """All but the header."""
    return (message for message in catalog if message.id)


def german_of(message: Message) -> str:
    """The source sentence; of a plural the singular."""
    return message.id if isinstance(message.id, str) else message.id[0]


def strings_of(message: Message) -> tuple[str, ...]:
    """The translation as one or more forms."""
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)


def placeholders(text: str) -> set[str]:
    """What is filled in at run time."""
    return set(PLACEHOLDER.findall(text))


def compile_stale() -> int:
    """Write each .mo that is older than its .po; how many were written."""
    stale = [po for po in LOCALES.glob("*/LC_MESSAGES/*.po") if _is_stale(po)]
    for po in stale:
        with po.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, read(po))
    return len(stale)


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def main(command: str) -> str:
    """One sentence of summary; RuntimeError with what to mend."""
    if command == "compile":
        return f"{compile_stale()} catalogues compiled."
    if command == "merge":
        merge()
    if found := problems():
        raise RuntimeError("\n".join([*found, f"{len(found)} sentences need a hand: see locale/en/parts."]))
    return "German and English are complete."


if __name__ == "__main__":
    try:
        print(main(*sys.argv[1:]))  # noqa: T201 -- a command speaks
    except RuntimeError as refusal:
        sys.exit(str(refusal))
