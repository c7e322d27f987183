"""Delivery by mail: the report in the body, static, and its files attached."""

from __future__ import annotations

import mimetypes
import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from labelduck.errors import LabelduckEnvironmentError

if TYPE_CHECKING:
    from labelduck.delivery.destination import Destination
    from labelduck.delivery.package import Package

SECONDS = 30
MOST_MEGABYTES = 20
"""Attachments that most servers take."""

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LONGEST_BODY = 900_000  # letters; more belongs into an attachment


def to_mail(package: Package, target: Destination) -> None:
    """Send one mail. Its Message-ID is that of the run and the destination, so that a second one is known as the same.

    Raises:
        LabelduckEnvironmentError: The server cannot be reached, or did not take it.
    """
    message = mail(package, target)
    options = target.options
    security = options.get("security", "starttls")
    if security not in _PORTS:
        raise LabelduckEnvironmentError(
            f"destination {target.name}: security {security!r} is none of {', '.join(_PORTS)}"
        )
    host, port = options["host"], options.get("port", _PORTS[security])
    password = target.secret("password")
    try:
        with _connected(host, port, security) as server:
            if password is not None:
                server.login(options.get("user", options["from"]), password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        # What a server answers is told, but never what was said to it.
        said = f"{type(error).__name__}: {error}".replace(password or "\0", "***")[:300]
        raise LabelduckEnvironmentError(
            f"destination {target.name}: mail by {host}:{port}: {said}"
        ) from error


def mail(package: Package, target: Destination) -> EmailMessage:
    """Return the mail of a package.

    Raises:
        LabelduckEnvironmentError: The attachments are too large.
    """
    options = target.options
    message = EmailMessage()
    run = package.run_id.replace("@", ".")
    message["Subject"] = f"{package.title}: {package.about}"[:180]
    message["From"] = options["from"]
    message["To"] = ", ".join(options["to"])
    if options.get("cc"):
        message["Cc"] = ", ".join(options["cc"])
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{run}.{target.name}@labelduck.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(package.text)
    if options.get("inline", True) and len(package.html) <= _LONGEST_BODY:
        message.add_alternative(package.html, subtype="html")
    n_bytes = 0
    for path in package.paths:
        if "attach" in options and not any(path.name.endswith(ending) for ending in options["attach"]):
            continue
        content = path.read_bytes()
        n_bytes += len(content)
        kind, _, subkind = (mimetypes.guess_type(path.name)[0] or "application/octet-stream").partition("/")
        message.add_attachment(content, maintype=kind, subtype=subkind, filename=path.name)
    most = options.get("most_megabytes", MOST_MEGABYTES)
    if n_bytes > most * 1_000_000:
        raise LabelduckEnvironmentError(
            f"destination {target.name}: {n_bytes / 1e6:.0f} MB of attachments, and {most} is the limit; "
            'name fewer formats, or endings with attach = [".xlsx"], or raise most_megabytes'
        )
    return message


def _connected(host: str, port: int, security: str) -> smtplib.SMTP:
    if security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=SECONDS)
    if security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server
