"""A real Label Studio server of our own: installed once, started on a free port, spoken to through its API."""

from __future__ import annotations

import http.cookiejar
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import venv
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "1.23.2"
EXECUTABLE = "LABELDUCK_LABEL_STUDIO"
"""Environment variable that names an installed `label-studio`; without it one is installed into a cache."""

OWNER = "owner@example.com"
_TOKEN = "0123456789abcdef0123456789abcdef01234567"
_PIP = ("--quiet", "--retries", "1", "--no-compile")
_INSTALL_SECONDS = 900
_START_SECONDS = 180
_ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Person:
    """Somebody with an account.

    Attributes:
        url: Of the server.
        email: Of the person.
        token: Of the person.
    """

    url: str
    email: str
    token: str

    def get(self, path: str) -> Any:
        return json.loads(self.ask("GET", path))

    def post(self, path: str, body: object) -> Any:
        return json.loads(self.ask("POST", path, json.dumps(body).encode()))

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, method=method, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read()[:2_000]!r}") from error

    def invite(self, email: str) -> Person:
        """Let somebody sign up, as they would in the browser, and return them."""
        invitation = self.get("/api/invite")["invite_url"].partition("?")[2]
        cookies = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
        address = f"{self.url}/user/signup/?{invitation}"
        browser.open(address, timeout=_ANSWER_SECONDS).close()
        secret = next(cookie.value for cookie in cookies if cookie.name == "csrftoken")
        form = {"email": email, "password": "not-a-secret-1", "allow_newsletters": "false"}
        data = urllib.parse.urlencode(form | {"csrfmiddlewaretoken": secret}).encode()
        request = urllib.request.Request(address, data=data, headers={"Referer": self.url})
        browser.open(request, timeout=_ANSWER_SECONDS).close()
        with browser.open(f"{self.url}/api/current-user/token", timeout=_ANSWER_SECONDS) as answer:
            return Person(self.url, email, json.loads(answer.read())["token"])


@contextmanager
def running(executable: Path, folder: Path) -> Iterator[Person]:
    """Start a server with its data in a folder, give its owner when it answers, and end it."""
    port = _free_port()
    url, log = f"http://127.0.0.1:{port}", folder / "server.log"
    settings = {
        "LABEL_STUDIO_USERNAME": OWNER,
        "LABEL_STUDIO_PASSWORD": "not-a-secret-1",
        "LABEL_STUDIO_USER_TOKEN": _TOKEN,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LATEST_VERSION_CHECK": "0",
        "COLLECT_ANALYTICS": "0",
        "no_proxy": "127.0.0.1",
    }
    command = [str(executable), "start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, "--data-dir", str(folder)],
            env=os.environ | settings,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(server, url, log)
        yield Person(url, OWNER, _TOKEN)
    finally:
        # The whole session: the server may have started itself anew as a child.
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def executable() -> Path:
    """Return an installed `label-studio`: the one that the environment names, else one of our own, made once in a cache.

    Skips the test where neither can be had.
    """
    named = os.environ.get(EXECUTABLE)
    if named:
        return Path(named)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "labelduck-tests"
    place = cache / f"label-studio-{VERSION}-python{sys.version_info[0]}.{sys.version_info[1]}"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{place}.lock"):
        if not (place / "complete").is_file():
            _install(place)
    return place / "bin" / "label-studio"


def _install(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    venv.create(place, with_pip=True, symlinks=True)
    command = [place / "bin" / "python", "-m", "pip", "install", *_PIP, f"label-studio=={VERSION}"]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        pytest.skip(
            f"label-studio {VERSION} was not installed within {_INSTALL_SECONDS} s; {EXECUTABLE} may name one"
        )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["pip says nothing"])[-1]
        pytest.skip(f"label-studio {VERSION} cannot be installed ({said}); {EXECUTABLE} may name one")
    (place / "complete").touch()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{url}/health", timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise AssertionError(f"the server does not answer: {log.read_text(errors='replace')[-2_000:]}")
