"""Every purpose for which the product derives something from the key file, read from its source: nothing is forgotten.

Each call of `Keyring.derive` and of `digests.keyed` names its purpose by a text or by a constant of its module. Whoever
derives in another way meets `Unknown` in the tests.
"""

import ast
from collections.abc import Iterator
from functools import lru_cache

from tests.support.source import Module, modules

KEYED = ("keyed", "every_keyed")
DIGESTS = "counselling/vault/digests.py"  # hands on the purposes of its callers


class Unknown(Exception):
    """A purpose that cannot be read from the source; the text tells where."""


@lru_cache
def derived() -> frozenset[str]:
    """All of them, as `Keyring.derive` is told."""
    return frozenset(purpose for module in modules() for purpose in of_module(module))


@lru_cache
def keyed() -> frozenset[str]:
    """Those of `digests.keyed`, as it is told."""
    return frozenset(purpose for module in modules() if module.place != DIGESTS for purpose in _named(module, KEYED))


def of_module(module: Module) -> set[str]:
    """What one module derives. Raises Unknown."""
    if module.place == DIGESTS:
        return set()
    return set(_named(module, ("derive",))) | {f"lookup|{purpose}|v1" for purpose in _named(module, KEYED)}


def _named(module: Module, functions: tuple[str, ...]) -> Iterator[str]:
    """The first argument of each call of these functions."""
    constants = dict(_constants(module.tree))
    for call in ast.walk(module.tree):
        if not isinstance(call, ast.Call) or _name(call.func) not in functions or _is_of_cryptography(call):
            continue
        first = call.args[0] if call.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
        elif isinstance(first, ast.Name) and first.id in constants:
            yield constants[first.id]
        else:
            raise Unknown(f"{module.place}:{call.lineno}")


def _is_of_cryptography(call: ast.Call) -> bool:
    """`HKDF(…).derive(data)` and `Argon2id(…).derive(data)` name no purpose of the key file."""
    made = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(made, ast.Call) and _name(made.func) in {"HKDF", "Argon2id"}


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for line in tree.body:
        targets = getattr(line, "targets", None) or [getattr(line, "target", None)]
        value = getattr(line, "value", None)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield from ((target.id, value.value) for target in targets if isinstance(target, ast.Name))


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
