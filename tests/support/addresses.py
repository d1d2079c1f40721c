"""Every address of the URL resolver, with stand-ins for its arguments: what is promised of all is asked of all."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

# What an argument may look like, by the name of its converter.
STAND_INS = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000", "period": "2026"}
ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?\w+>")
GROUP = re.compile(r"\(\?P<\w+>(?P<first>[^|)]*)[^)]*\)")


class Address(NamedTuple):
    """`name` with its namespaces (empty for the nameless), `path` from the root, `view` as the resolver calls it."""

    name: str
    path: str
    view: Callable[..., Any]
    has_arguments: bool


def addresses() -> Iterator[Address]:
    """All of the project's and of the admin's."""
    yield from _below(get_resolver().url_patterns, "/", "", arguments=False)


def _below(patterns: Any, path: str, names: str, *, arguments: bool) -> Iterator[Address]:
    for pattern in patterns:
        own = str(pattern.pattern)
        here, more = path + _spelled(own), arguments or own != _spelled(own)
        if isinstance(pattern, URLResolver):
            space = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from _below(pattern.url_patterns, here, space, arguments=more)
        elif isinstance(pattern, URLPattern):
            yield Address(f"{names}{pattern.name}" if pattern.name else "", here, pattern.callback, more)


def _spelled(pattern: str) -> str:
    """A route or a regular expression as an address that it fits."""
    text = GROUP.sub(lambda found: found["first"].replace(".*", "x"), pattern).lstrip("^").rstrip("$")
    return ARGUMENT.sub(lambda found: STAND_INS.get(found["kind"] or "", "x"), text)
