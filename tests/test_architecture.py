"""The rooms and arrows of docs/architecture.md, held by the source itself."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from tests.support.source import ROOT, Module, files, layer_of, modules, room_of

# room -> rooms it may know. `web`, and `errors` and `meters` (in the root) are known to all and know nobody.
KNOWS = {
    "vault": set(),
    "sqlite": set(),
    "postgres": set(),
    "web": set(),
    "people": {"vault"},
    "centre": {"vault", "people"},
    "cases": {"vault", "people", "centre"},
    "mail": {"vault", "people", "centre", "cases"},
    "chat": {"vault", "people", "centre", "cases"},
    "blended": {"vault", "people", "centre", "cases"},
    "statistics": {"vault", "people", "centre", "cases", "mail", "chat", "blended"},
    "upkeep": {"vault", "people", "centre", "cases", "mail", "statistics"},
    "commands": {
        *{"counselling", "vault", "people", "centre", "cases", "mail", "chat", "blended", "statistics"},
        "upkeep",
    },
}
COMPOSITION = {
    f"counselling/{name}.py"
    for name in (
        "asgi",
        "urls",
        "settings",
        "__main__",
        "commands/serve",
        "commands/demo",
        "commands/partners",
    )
}
# The one module that sends to groups: nudges between processes, never text.
SENDERS = {"chat/relay.py"}
GROUP_WORDS = {"group_send", "group_add", "group_discard", "get_channel_layer", "channel_layer"}
# Process edges where everything is caught, each with its reason.
EDGES = {
    "counselling/upkeep/checks/everything.py": "a diagnosis goes on when one of its checks breaks",
    "counselling/upkeep/watching/asking.py": "a probe answers, whatever happened to it",
    "counselling/mail/cleaner.py": "a process for one hostile file: a decoder may raise anything",
    "counselling/web/exit.py": "leaving must never fail, whatever else does",
    "chat/consumers.py": "a socket's end: the frame that broke it must not reach the log as a traceback",
    "chat/hub.py": "a background task's end: nobody awaits it",
    "chat/pulse.py": "the heartbeat outlives every failure, since it is what heals them",
    "chat/relay.py": "the listener outlives every outage of Redis",
    "chat/writer.py": "the edge of a batch: everybody in it gets an answer",
}

TAGS = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)


def violations(found: Iterable[str]) -> list[str]:
    return sorted(set(found))


def test_rooms_know_only_what_lies_below_them() -> None:
    assert (
        violations(
            f"{module.place} imports {name}"
            for module in modules()
            if room_of(module.name) in KNOWS
            for name in module.imports
            if room_of(name) and not may_know(room_of(module.name), name)
        )
        == []
    )


def may_know(room: str, name: str) -> bool:
    if name.startswith(("counselling.errors", "counselling.meters")):
        return True
    return room_of(name) in {room, "web"} | KNOWS[room]


def test_every_room_has_its_place() -> None:
    assert {room_of(module.name) for module in modules()} - {"counselling"} <= set(KNOWS)


def test_errors_know_nobody() -> None:
    errors = next(module for module in modules() if module.place == "counselling/errors.py")
    assert [name for name in errors.imports if room_of(name)] == []


def test_only_the_composition_root_names_chat_and_blended() -> None:
    feature = re.compile(r"^(chat|blended)\.\w+(\.\w+)*$")
    assert (
        violations(
            module.place
            for module in modules()
            if module.place.startswith("counselling/") and module.place not in COMPOSITION
            if any(feature.match(text) for text in {*module.imports, *module.texts})
        )
        == []
    )


def test_layers_point_inwards() -> None:
    assert (
        violations(
            f"{module.place} imports {name}"
            for module in modules()
            for name in module.imports
            if is_inward(layer_of(module.name), layer_of(name)) is False
        )
        == []
    )


def is_inward(importer: int | None, imported: int | None) -> bool | None:
    return None if importer is None or imported is None else imported <= importer


def test_domain_knows_neither_http_nor_sockets() -> None:
    foreign = ("django.http", "django.shortcuts", "django.urls", "channels", "daphne", "asyncio")
    assert (
        violations(
            f"{module.place} imports {name}"
            for module in modules()
            if layer_of(module.name) in {0, 1}
            for name in module.imports
            if name.startswith(foreign)
        )
        == []
    )


def test_only_the_vault_imports_cryptography() -> None:
    assert (
        violations(
            module.place
            for module in modules()
            if room_of(module.name) != "vault" and any(name.split(".")[0] == "cryptography" for name in module.imports)
        )
        == []
    )


def test_the_vault_has_no_models() -> None:
    assert [
        module.place for module in modules() if room_of(module.name) == "vault" and layer_of(module.name) == 0
    ] == []


def test_one_module_sends_to_groups() -> None:
    assert {module.place for module in modules() if module.words & GROUP_WORDS} <= SENDERS


def test_consumers_leave_the_database_to_the_domain() -> None:
    assert (
        violations(
            module.place
            for module in modules()
            if room_of(module.name) == "chat" and layer_of(module.name) not in {0, 1}
            if "objects" in module.words
        )
        == []
    )


def test_no_signals() -> None:
    assert (
        violations(
            module.place
            for module in modules()
            if module.path.stem == "signals"
            or any("signals" in name or "django.dispatch" in name for name in module.imports)
        )
        == []
    )


def test_everything_is_caught_only_at_process_edges() -> None:
    assert {module.place for module in modules() if catches_everything(module)} == set(EDGES)


def catches_everything(module: Module) -> bool:
    handlers = (node for node in ast.walk(module.tree) if isinstance(node, ast.ExceptHandler))
    return any(handler.type is None or "Exception" in caught(handler.type) for handler in handlers)


def caught(kind: ast.expr) -> set[str]:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return {node.id for node in kinds if isinstance(node, ast.Name)}


def matches(pattern: str, *suffixes: str) -> list[str]:
    """`place:line` of every line that matches."""
    found = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    return [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}"
        for path, text in texts(*suffixes)
        for match in found.finditer(text)
    ]


def texts(*suffixes: str) -> list[tuple[Path, str]]:
    """Each file with its template tags and comments blanked: only what reaches a browser is judged."""
    return [(path, TAGS.sub(blank, path.read_text(encoding="utf-8"))) for path in files(*suffixes)]


def blank(match: re.Match[str]) -> str:
    return "".join(character if character == "\n" else " " for character in match[0])


def test_scripts_build_no_markup_from_strings() -> None:
    assert matches(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(", ".js") == []


def test_scripts_keep_nothing_on_the_device() -> None:
    assert matches(r"localStorage|sessionStorage|indexedDB|document\.cookie\s*=", ".js") == []


def test_templates_have_no_inline_scripts() -> None:
    assert matches(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|\son\w+=[\"']|javascript:", ".html") == []


def test_templates_have_no_inline_styles() -> None:
    assert matches(r"<style\b|\sstyle=", ".html") == []


def test_templates_escape_everything() -> None:
    assert matches(r"\|\s*safe\b|autoescape off", ".html") == []


def test_nothing_is_fetched_from_third_parties() -> None:
    resource = r"(src|srcset|poster)=[\"']\s*(https?:)?//|<link[^>]*href=[\"']\s*(https?:)?//"
    assert matches(rf"{resource}|@import|url\(\s*[\"']?(https?:)?//", ".html", ".css") == []
    assert matches(r"(import|fetch|WebSocket|Worker)\s*\(?\s*[\"'](https?:|wss?:)?//", ".js") == []
