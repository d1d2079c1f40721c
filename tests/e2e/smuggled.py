"""Sixty ways to smuggle a script in, and how to see that none of them is more than text: in a browser, on the wire."""

from html.parser import HTMLParser
from typing import Final

from playwright.sync_api import ConsoleMessage, Page

from tests.e2e.factor_hands import LISTEN

# What is to run, and what it is wrapped in; each pair is one of sixty.
DEEDS = ("window.pwned=1", "alert('pwned')", "document.body.id='pwned'", "fetch('/pwned')", "eval('pwned=1')")
WRAPS = (
    "<script>{}</script>",
    "</script><script>{}</script>",
    '"><img src=x onerror="{}">',
    "' autofocus onfocus='{}' x='",
    "<svg/onload={}>",
    "</textarea><script>{}</script>",
    "</title><script>{}</script>",
    '<iframe srcdoc="<script>{}</script>"></iframe>',
    '<a href="javascript:{}">pwned</a>',
    "<math><mtext><style><img src=x onerror={}></style></mtext></math>",
    "<!--><img src=x onerror={}>-->",
    "{{{{constructor.constructor('{}')()}}}}",
)
PAYLOADS = [wrap.format(deed) for wrap in WRAPS for deed in DEEDS]
ALIAS = "<script>pwned=1</script>"  # as long as a name of the team may be
# Five a text: as many as a short one takes.
TEXTS = ["\n\n".join(PAYLOADS[start : start + 5]) for start in range(0, len(PAYLOADS), 5)]


# Attributes that are read aloud, shown in a field, or kept for a script as text; nothing follows or runs them.
READ: Final = frozenset({"value", "alt", "aria-label", "data-name"})


class Marked(HTMLParser):
    """Where a page speaks of what was smuggled in other than as text to read, as the value of a field or as JSON."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._json = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Names of elements and attributes are never a visitor's; of values, only those that are read."""
        self._json = tag == "script" and ("type", "application/json") in attrs
        self.found += [f"{tag} {name}" for name, value in attrs if "pwned" in (value or "") and name not in READ]
        self.found += [f"{tag} {name}" for name, _ in attrs if name.startswith("on") or name == "srcdoc"]

    def handle_data(self, data: str) -> None:
        """Inside a script or a style sheet nothing of a visitor's stands, unless it is JSON."""
        if self.cdata_elem in {"script", "style"} and not self._json and "pwned" in data:
            self.found.append(f"in {self.cdata_elem}")


def watched(page: Page) -> list[str]:
    """Every dialog, error and breach of the policy that the page tells of from now on."""
    told: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            told.append(message.text)

    page.add_init_script(LISTEN)
    page.on("console", heard)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss())[0])
    page.on("request", lambda request: told.append(request.url) if "pwned" in request.url else None)
    return told


def harmed(page: Page) -> list[str]:
    """What ran or was refused, as the page itself sees it."""
    found: list[str] = page.evaluate(
        "[...window.breaches, ...('pwned' in window || document.body.id === 'pwned' ? ['ran'] : [])]"
    )
    return found
