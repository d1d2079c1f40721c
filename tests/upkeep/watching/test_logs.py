"""Nothing that somebody wrote reaches a log, whoever writes it and whatever breaks."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from counselling.web import logs
from tests.support import environment
from tests.support.server import Ground

TEXT, ADDRESS = "Brombeersommer", "otter@example.org"


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    """What a handler of ours wrote, line by line, for whatever logger a test asks for."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logs.JsonLines().format(record))
            plain.append(logs.Lines().format(record))

    plain: list[str] = []
    kept, root = Kept(), logging.getLogger()
    root.addHandler(kept)
    yield lines
    root.removeHandler(kept)
    assert [line for line in plain if TEXT in line or ADDRESS in line or "\n" in line] == []


def test_our_own_line_is_one_object_of_known_fields(written: list[str]) -> None:
    logging.getLogger("counselling.chat").warning("batch of %d", 3, extra={"duration": 0.5, "count": 3, "name2": TEXT})

    [line] = map(json.loads, written)
    assert line | {"time": "", "process": 0} == {
        "time": "",
        "level": "WARNING",
        "logger": "counselling.chat",
        "event": "batch of 3",
        "process": 0,
        "duration": 0.5,
        "count": 3,
    }
    assert line["time"].endswith("+00:00")


def test_library_shows_its_template_alone(written: list[str]) -> None:
    logging.getLogger("httpx").warning("HTTP Request: %s %s", ADDRESS, TEXT)

    [line] = map(json.loads, written)
    assert line["event"] == "HTTP Request: %s %s"
    assert line["place"].startswith("test_logs.py:")


@pytest.mark.parametrize("args", [(), (1,)])
def test_library_that_puts_its_text_together_shows_its_place_alone(written: list[str], args: tuple[int, ...]) -> None:
    said = f"from {ADDRESS}: {TEXT}"
    logging.getLogger("httpx").error(said + (" %d" if args else ""), *args)  # noqa: G003 -- as libraries do
    logging.getLogger("asyncio").error(f"{TEXT} said")  # noqa: G004 -- as libraries do

    assert [json.loads(line)["event"] for line in written] == ["", ""]
    assert [line for line in written if TEXT in line or ADDRESS in line] == []


@pytest.mark.parametrize("logger", ["counselling.chat", "twisted"])
def test_exception_is_its_class_and_lines_of_ours(written: list[str], logger: str) -> None:
    try:
        deep_down(TEXT)
    except ValueError:
        logging.getLogger(logger).exception("broke")

    [line] = map(json.loads, written)
    assert (line["event"], line["kind"]) == ("broke", "ValueError")
    assert [place.split(":")[0] for place in line["place"].split(" > ")] == ["test_logs.py", "test_logs.py"]
    assert TEXT not in written[0]


def deep_down(text: str) -> None:
    raise ValueError(f"{text} is no number", {"address": ADDRESS})


def test_line_breaks_do_not_make_lines(written: list[str]) -> None:
    logging.getLogger("counselling.chat").warning("one\ntwo\r\nthree")

    assert json.loads(written[0])["event"] == "one two three"
    assert "\n" not in written[0]


def test_record_that_does_not_fit_is_not_shown_with_what_was_to_go_in(capsys: pytest.CaptureFixture[str]) -> None:
    handler = logs.Console()
    handler.setFormatter(logs.JsonLines())
    record = logging.LogRecord("counselling.x", logging.ERROR, "/x/y.py", 7, "%d of %s", (TEXT,), None)
    handler.handle(record)
    handler.setFormatter(logging.Formatter("%(nothing)s"))
    handler.handle(record)

    said = capsys.readouterr().err
    assert '"event": "%d of %s"' in said
    assert "a log line could not be written: y.py:7" in said
    assert TEXT not in said


# Each breaks in a way of its own, with the text in hand; the last ends the process.
BREAKS = {
    "thread": "import threading\nt = threading.Thread(target=int, args=(TEXT,))\nt.start()\nt.join()",
    "unraisable": "class Gone:\n    def __del__(self): raise ValueError(TEXT)\nGone()",
    "twisted": "from counselling.web import patient\nfrom twisted.python import log\nlog.err(ValueError(TEXT), TEXT)",
    "twisted, caught": (
        "from twisted.logger import Logger\ntry:\n    int(TEXT)\nexcept ValueError:\n    Logger('x').failure(TEXT)"
    ),
    "asyncio": (
        "import asyncio, gc\nasync def bad(): raise ValueError(TEXT)\n"
        "async def main():\n    t = asyncio.ensure_future(bad())\n    await asyncio.sleep(0.05)\n"
        "asyncio.new_event_loop().run_until_complete(main())\ngc.collect()"
    ),
    "warning": "import warnings\nwarnings.warn('ValueError: ' + TEXT)",
    "uncaught": "raise ValueError(TEXT)",
}


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with Ground() as ground:
        yield ground


def python(ground: Ground, code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        env=ground.environment | settings,
        cwd=environment.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_process_that_breaks_tells_the_kind_alone(ground: Ground) -> None:
    steps = "\n".join(f"print({how!r}, file=sys.stderr)\n{code}" for how, code in BREAKS.items())

    ended = python(ground, f"import sys\nfrom counselling.web import logs; logs.guard()\nTEXT = {TEXT!r}\n{steps}")

    said = ended.stderr.splitlines()
    told = [line if line in BREAKS else any(word in line for word in ("ValueError", "UserWarning")) for line in said]
    assert all(json.loads(line) for line in said if line not in BREAKS)
    assert told == [word for how in BREAKS for word in (how, True)]
    assert TEXT not in ended.stderr + ended.stdout


def test_plain_is_for_people(ground: Ground) -> None:
    code = "import logging\nlogging.getLogger('counselling.chat').warning('nudges: %s', 'away')"

    said = python(ground, code, COUNSELLING_LOG="plain").stderr

    assert said.rstrip().endswith("WARNING counselling.chat nudges: away")
