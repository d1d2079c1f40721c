"""The source as the architecture tests see it: modules, what they import, what they catch and call."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("counselling", "chat", "blended")
# From the inside out; every other module (apps, a bell, a language list) stands beside the layers.
LAYERS = ({"models"}, {"domain"}, {"forms"}, {"views", "consumers", "poll", "commands", "admin", "http", "urls"})


@dataclass(frozen=True)
class Module:
    """One Python file of the product."""

    path: Path

    @property
    def place(self) -> str:
        """The path as people say it: counselling/cases/domain/queue.py."""
        return str(self.path.relative_to(ROOT))

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @property
    def name(self) -> str:
        """The dotted name it is imported by."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def imports(self) -> Iterator[str]:
        """Every dotted name it imports, `from a import b` as `a.b`, inline imports included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    package = self.name.split(".") if self.path.stem == "__init__" else self.name.split(".")[:-1]
                    base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [base])])
                yield from (f"{base}.{alias.name}" for alias in node.names)

    @property
    def words(self) -> set[str]:
        """Every attribute and name it mentions."""
        nodes = list(ast.walk(self.tree))
        attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        return attributes | {node.id for node in nodes if isinstance(node, ast.Name)}

    @property
    def texts(self) -> set[str]:
        """Every string constant."""
        nodes = ast.walk(self.tree)
        return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def room_of(dotted: str) -> str:
    """`cases` for counselling.cases.domain.queue, `chat` for chat.hub, `counselling` for its root modules."""
    parts = dotted.split(".")
    if parts[0] != "counselling":
        return parts[0] if parts[0] in PACKAGES else ""
    inner = parts[1] if len(parts) > 1 else ""
    return inner if (ROOT / "counselling" / inner).is_dir() and inner else "counselling"


def layer_of(dotted: str) -> int | None:
    """0 models, 1 domain, 2 forms, 3 edges; None beside the layers."""
    if dotted.split(".", maxsplit=1)[0] not in PACKAGES:
        return None
    parts = set(dotted.split("."))
    return next((number for number, names in enumerate(LAYERS) if parts & names), None)


@lru_cache
def modules() -> tuple[Module, ...]:
    """All of the product's modules but migrations."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(Module(path) for path in paths if "migrations" not in path.parts)


def files(*suffixes: str) -> list[Path]:
    """Templates, scripts and styles of the product."""
    roots = [ROOT / "templates", *(ROOT / package for package in PACKAGES)]
    found = (path for root in roots for path in sorted(root.rglob("*")))
    return [path for path in found if path.suffix in suffixes and "vendor" not in path.parts]
