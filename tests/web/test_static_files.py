"""Static files are answered before Django, as WhiteNoise decides; everything else goes on."""

from pathlib import Path
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from counselling.web.static_files import StaticFiles

CSS = "html { color: #123; }\n" * 9_000


async def behind(scope: Any, receive: Any, send: Any) -> None:
    """Django, in short."""
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"Django"})


@pytest.fixture
def files(tmp_path: Path, settings: Any) -> StaticFiles:
    (tmp_path / "own.css").write_text(CSS)
    (tmp_path / "own.css.gz").write_bytes(b"pretends to be packed")
    (tmp_path.parent / "key.txt").write_text("not for everybody")
    settings.STATIC_ROOT = tmp_path
    return StaticFiles(behind)  # type: ignore[arg-type]


async def ask(files: StaticFiles, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    caller = ApplicationCommunicator(
        files,  # type: ignore[arg-type]
        {"type": "http", "method": method, "path": path, "headers": named},
    )
    await caller.send_input({"type": "http.request", "body": b""})
    start = await caller.receive_output()
    body, more = b"", True
    while more:
        piece = await caller.receive_output()
        body, more = body + piece.get("body", b""), piece.get("more_body", False)
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body


async def test_a_file_comes_whole_and_with_its_type(files: StaticFiles) -> None:
    status, headers, body = await ask(files, "/static/own.css")

    assert (status, body.decode()) == (200, CSS)
    assert headers["content-type"].startswith("text/css")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-length"] == str(len(CSS))


async def test_a_file_that_came_with_an_upgrade_is_found_before_the_restart(files: StaticFiles, tmp_path: Path) -> None:
    assert (await ask(files, "/static/new/own.js"))[2] == b"Django"
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "own.js").write_text("export {};")

    assert (await ask(files, "/static/new/own.js"))[::2] == (200, b"export {};")
    assert (await ask(files, "/static/../key.txt"))[0] == 404
    assert (await ask(files, f"/static/{tmp_path}/own.css"))[0] == 404


async def test_browsers_get_the_packed_form_when_they_can_open_it(files: StaticFiles) -> None:
    _status, headers, body = await ask(files, "/static/own.css", accept_encoding="gzip, br")

    assert (headers["content-encoding"], body) == ("gzip", b"pretends to be packed")


async def test_what_a_browser_has_is_not_sent_again(files: StaticFiles) -> None:
    _status, headers, _body = await ask(files, "/static/own.css")

    assert (await ask(files, "/static/own.css", if_none_match=headers["etag"]))[::2] == (304, b"")


async def test_head_range_and_post(files: StaticFiles) -> None:
    assert (await ask(files, "/static/own.css", "HEAD"))[::2] == (200, b"")
    assert (await ask(files, "/static/own.css", range="bytes=0-3"))[::2] == (206, b"html")
    assert (await ask(files, "/static/own.css", "POST"))[0] == 405


@pytest.mark.parametrize("path", ["/", "/static/", "/static/none.css", "/static/../key.txt", "/static/%2e%2e/key.txt"])
async def test_everything_else_goes_on(files: StaticFiles, path: str) -> None:
    assert await ask(files, path) == (404, {}, b"Django")
