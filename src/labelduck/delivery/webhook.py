"""Delivery by HTTP: a webhook of one's own, Slack, Microsoft Teams."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from hashlib import sha256
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from labelduck.errors import LabelduckEnvironmentError
from labelduck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelduck.delivery.destination import Destination
    from labelduck.delivery.package import Package

SECONDS = 30
_LONGEST_TEXT = 2_800  # Slack takes 3,000 letters in a block


def to_webhook(package: Package, target: Destination) -> None:
    """Post what the report is about, its text, and its files' names and hashes as JSON.

    Raises:
        LabelduckEnvironmentError: The server did not take it.
    """
    document = {
        "run_id": package.run_id,
        "report": package.report,
        "title": package.title,
        "slot": package.slot or None,
        "as_of": package.as_of,
        "lake_state": package.lake_state,
        "datasets": [{"dataset": name, "version": version} for name, version in package.datasets],
        "n_rows": package.n_rows,
        "text": package.text,
        "link": target.options.get("link"),
        "files": [
            {
                "name": path.name,
                "n_bytes": path.stat().st_size,
                "sha256": sha256(path.read_bytes()).hexdigest(),
            }
            for path in package.paths
        ],
    }
    headers = {
        name: target.read(value, f"headers.{name}")
        for name, value in target.options.get("headers", {}).items()
    }
    _post(package, target, document, headers)


def to_slack(package: Package, target: Destination) -> None:
    """Post a message to an incoming webhook of Slack."""
    # Slack reads these three signs; all else is text.
    title, text = (
        part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for part in (package.title, _short(package))
    )
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*{title}*\n{text}"}},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": package.about}]},
    ]
    if link := target.options.get("link"):
        button = {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": link}
        blocks.append({"type": "actions", "elements": [button]})
    _post(package, target, {"text": f"{package.title}: {package.about}", "blocks": blocks})


def to_teams(package: Package, target: Destination) -> None:
    """Post an adaptive card to a workflow of Microsoft Teams."""
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "size": "Medium", "weight": "Bolder", "wrap": True, "text": package.title},
            {"type": "TextBlock", "wrap": True, "text": _short(package)},
            {"type": "TextBlock", "wrap": True, "isSubtle": True, "text": package.about},
        ],
    }
    if link := target.options.get("link"):
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open", "url": link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    _post(package, target, {"type": "message", "attachments": [attachment]})


def _short(package: Package) -> str:
    """Return the lines of the text that are no tables, as many as a message takes."""
    lines = [line for line in package.text.split("\n")[1:] if not line.startswith("|")]
    text = "\n".join(line.lstrip("#").strip() for line in lines).strip()
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT].rsplit("\n", 1)[0] + "\n…"


def _post(
    package: Package,
    target: Destination,
    document: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> None:
    url = target.secret("url") or ""
    where = f"destination {target.name}: {target.kind} at {urlsplit(url).hostname or '?'}"
    if urlsplit(url).scheme not in {"http", "https"}:
        raise LabelduckEnvironmentError(f"{where}: its url begins neither with https:// nor with http://")
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked
        url,
        data=json.dumps(document, ensure_ascii=False).encode(),
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"labelduck/{__version__}",
            "Idempotency-Key": f"{package.run_id}.{target.name}",
            **(headers or {}),
        },
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the scheme is checked
            answer.read(65_536)
    except urllib.error.HTTPError as error:
        with error:
            raise LabelduckEnvironmentError(f"{where}: answers {error.code} {error.reason}") from error
    except (OSError, HTTPException) as error:
        # The address is a secret of its own: it is not in the message.
        raise LabelduckEnvironmentError(
            f"{where}: {getattr(error, 'reason', None) or type(error).__name__}"
        ) from error
