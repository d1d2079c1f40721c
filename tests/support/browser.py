"""A browser's HTTP half for tests and benchmark: pages, forms with their hidden token, cookies. No scripts."""

import http.client
import json
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.support.wire import TRUSTING

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(?P<token>[^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What came back; redirects are not followed."""

    status: int
    headers: dict[str, str]
    body: str
    content: bytes = b""

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def location(self) -> str:
        """Where a redirect leads, else an empty text."""
        return self.headers.get("location", "")


@dataclass
class Browser:
    """Keeps cookies as one tab does. `url` is the server's, without a path; `source` the address to come from."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    source: str = ""

    @property
    def cookie(self) -> str:
        """The Cookie header; the server's prefixes do not matter here, we are told the names."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, path: str) -> Answer:
        """A page; remembers its form token."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, **fields: str) -> Answer:
        """A form, with the token of the last page that had one."""
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields})
        return self._ask("POST", path, body.encode(), {"Content-Type": "application/x-www-form-urlencoded"})

    def post_json(self, path: str, value: Any) -> Answer:
        """JSON, as scripts send it."""
        headers = {"Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": self.token}
        return self._ask("POST", path, json.dumps(value).encode(), headers)

    def post_bytes(self, path: str, data: bytes) -> Answer:
        """A piece of a file, as scripts send it."""
        headers = {"Content-Type": "application/octet-stream", "X-CSRFToken": self.token, "Accept": "application/json"}
        return self._ask("POST", path, data, headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        parts = urlsplit(self.url)
        source = (self.source, 0) if self.source else None
        where: dict[str, Any] = {"host": parts.hostname, "port": parts.port, "timeout": 120, "source_address": source}
        secure = parts.scheme == "https"
        made = http.client.HTTPSConnection(**where, context=TRUSTING) if secure else http.client.HTTPConnection(**where)
        try:
            sent = {"Origin": self.url, "Cookie": self.cookie, **headers, **self.headers}
            made.request(method, path, body, {name: value for name, value in sent.items() if value})
            return self._keep(made.getresponse())
        finally:
            made.close()

    def _keep(self, response: http.client.HTTPResponse) -> Answer:
        for value in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(value).items():
                if morsel.value and morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)
        content = response.read()
        body = content.decode(errors="replace")
        if found := TOKEN.search(body):
            self.token = found["token"]
        return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, body, content)
