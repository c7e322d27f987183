"""Where reports go, from [destinations.NAME] in `labelduck.toml`; secrets are named there and never written.

[destinations.team]
kind = "mail"
to = ["quality@example.org"]
from = "labelduck@example.org"
host = "smtp.example.org"
user = "labelduck"
password = {env = "SMTP_PASSWORD"}      # or {file = "/run/secrets/smtp"}

[destinations.chat]
kind = "slack"
url = {env = "SLACK_WEBHOOK"}

[destinations.archive]
kind = "folder"
path = "/srv/reports"
keep_last = 50
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError, LabelduckEnvironmentError

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMON = {"kind"}
_KEYS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "folder": {"path": str, "keep_last": int, "keep_days": int},
    "mail": {
        "to": list,
        "cc": list,
        "from": str,
        "host": str,
        "port": int,
        "security": str,
        "user": str,
        "password": dict,
        "attach": list,
        "inline": bool,
        "most_megabytes": int,
    },
    "webhook": {"url": (str, dict), "headers": dict, "link": str},
    "slack": {"url": dict, "link": str},
    "teams": {"url": dict, "link": str},
    "s3": {"url": str, "options": dict, "key": dict, "secret": dict, "token": dict},
}
_NEEDED = {
    "folder": ("path",),
    "mail": ("to", "from", "host"),
    "webhook": ("url",),
    "slack": ("url",),
    "teams": ("url",),
    "s3": ("url",),
}


@dataclass(frozen=True, kw_only=True)
class Destination:
    """One place that reports go to.

    Attributes:
        name: How `to` calls it.
        kind: folder, mail, webhook, slack, teams or s3.
        options: What else the table says.
        base: Folder that relative paths start from: the lake.
    """

    name: str
    kind: str
    options: Mapping[str, Any]
    base: Path

    def secret(self, key: str) -> str | None:
        """Return a secret from the environment or the file that the table names; None where it names none.

        Raises:
            LabelduckEnvironmentError: The variable or the file is not there.
        """
        named = self.options.get(key)
        return None if named is None else self.read(named, key)

    def read(self, named: object, key: str) -> str:
        """Return what a reference stands for; a plain text stands for itself."""
        if isinstance(named, str):
            return named
        place = f"destination {self.name}: {key}"
        if isinstance(named, dict) and isinstance(named.get("env"), str):
            value = os.environ.get(str(named["env"]))
            if value:
                return value
            raise LabelduckEnvironmentError(f"{place}: the environment variable {named['env']} is not set")
        if isinstance(named, dict) and isinstance(named.get("file"), str):
            try:
                return (self.base / str(named["file"])).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise LabelduckEnvironmentError(f"{place}: {named['file']} cannot be read") from error
        raise LabelduckEnvironmentError(f'{place}: write {{env = "NAME"}} or {{file = "PATH"}}')

    def path(self, key: str) -> Path:
        """Return a path of the table, relative to the lake."""
        return self.base / Path(str(self.options[key])).expanduser()


def destination(name: str, table: Mapping[str, Any], *, path: Path) -> Destination:
    """Return a destination from its table, every word checked.

    Args:
        name: How `to` calls it.
        table: As in the settings.
        path: `labelduck.toml`.

    Raises:
        BadInputError: A key is unknown, lacks, or holds a secret in plain text.
    """
    place, kind = f"destinations.{name}", table.get("kind")
    if kind not in _KEYS:
        raise BadInputError(path, f"{place}.kind", f"{kind!r} is none of {', '.join(_KEYS)}")
    known = _KEYS[kind]
    for key, value in table.items():
        if key in _COMMON:
            continue
        if key not in known:
            raise BadInputError(path, f"{place}.{key}", f"is unknown; known are {', '.join(known)}")
        if known[key] is dict and isinstance(value, str):
            raise BadInputError(
                path, f"{place}.{key}", 'is a secret in plain text; write {env = "NAME"} or {file = "PATH"}'
            )
        if not isinstance(value, known[key]) or isinstance(value, bool) != (known[key] is bool):
            raise BadInputError(path, f"{place}.{key}", f"{str(value)[:40]!r} is of the wrong kind")
    for key in _NEEDED[kind]:
        if not table.get(key):
            raise BadInputError(path, place, f"lacks {key}")
    options = {key: value for key, value in table.items() if key not in _COMMON}
    return Destination(name=name, kind=kind, options=options, base=path.parent)
