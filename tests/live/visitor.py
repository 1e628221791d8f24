"""Somebody with a browser's manners and no browser: cookies, forms with their token, one live line."""

import json
import re
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.live_server import Server

DEPLOY = "/walkthroughs/kubernetes/deploy/"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


class Visitor:
    """One visitor of a running server."""

    def __init__(self, server: Server, language: str = "en") -> None:
        self.server = server
        self.language = language
        self.jar = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> Answer:
        return self._open(Request(self.server.url + path, headers={"Accept-Language": self.language}))

    def command(self, do: str, path: str = DEPLOY, **fields: Any) -> Answer:
        """POST one command, as the page's script does."""
        if self.token is None:
            self.get(path)
        return self._post(f"{path}do/", {"do": do, **fields}, {"HX-Request": "true"})

    def post(self, path: str, **fields: Any) -> Answer:
        """Send a form, as a browser does without script; the answer is the page it leads to."""
        if self.token is None:
            self.get(DEPLOY)  # a page with a form
        return self._post(path, fields, {})

    def _post(self, path: str, fields: dict[str, Any], more: dict[str, str]) -> Answer:
        body = urlencode({name: str(value) for name, value in fields.items()}).encode()
        headers = {
            "X-CSRFToken": self.token or "", "Accept-Language": self.language,
            "Origin": self.server.url, "Referer": self.server.url + path, **more,
        }  # fmt: skip
        return self._open(Request(self.server.url + path, data=body, headers=headers))

    @property
    def token(self) -> str | None:
        return next((cookie.value for cookie in self.jar if cookie.name == "csrftoken"), None)

    def line(self, run: str, *, origin: str | None = None, **query: str) -> ClientConnection:
        """A live line of a Run."""
        return self._line(f"/ws/runs/{run}/", origin, query)

    def follow(self, share: str, *, origin: str | None = None, **query: str) -> ClientConnection:
        """A live line that follows a shared Run."""
        return self._line(f"/ws/follow/{share}/", origin, query)

    def _line(self, path: str, origin: str | None, query: dict[str, str]) -> ClientConnection:
        asked = urlencode({"lang": self.language, **query})
        return connect(
            f"{self.server.ws}{path}?{asked}",
            additional_headers={"Origin": origin or self.server.url},
            open_timeout=10,
        )

    def _open(self, request: Request) -> Answer:
        try:
            with self._opener.open(request, timeout=30) as response:
                return Answer(response.status, dict(response.headers), response.read().decode())
        except HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read().decode())


def a_run(visitor: Visitor, path: str = DEPLOY) -> tuple[str, int]:
    """Make a Run at its first frame; its code and number."""
    made = visitor.command("goto", path, index=0)
    assert made.status == 200, made.text[:500]
    return made.headers["Orrery-Run"], int(made.headers["Orrery-Seq"])


def closing_code(line: ClientConnection) -> int | None:
    """Read to the end of the line; the code it was closed with."""
    try:
        while True:
            line.recv(timeout=10)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else None


def next_state(line: ClientConnection, timeout: float = 20) -> dict[str, Any]:
    """The next text that is a state and not a beat."""
    while True:
        news: dict[str, Any] = json.loads(line.recv(timeout=timeout))
        if "content" in news:
            return news


def step_in(content: str) -> str:
    """Which step a fragment shows: "Step 3 of 23"."""
    found = re.search(r'class="?num"?>\s*([^<]+?)\s*<', content)
    assert found, content[:400]
    return found[1]


def shared(visitor: Visitor, run: str, path: str = DEPLOY) -> str:
    """Share a Run, as its page's form does; the code that others follow it by."""
    page = visitor.post(f"{path}share/?run={run}")
    assert page.status == 200, page.text[:500]
    found = re.search(r"/follow/(\w{8})/", page.text)
    assert found, page.text[:500]
    return found[1]
