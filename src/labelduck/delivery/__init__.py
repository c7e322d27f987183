"""A finished report, brought to where it is wanted: a folder, mail, a webhook, a chat, an object store.

`deliver(package, destination)` returns when the report has arrived, whole, or raises; doing it again does no harm: the same
package makes the same message id, the same names and the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.delivery.destination import Destination, destination
from labelduck.delivery.folder import to_folder
from labelduck.delivery.mail import to_mail
from labelduck.delivery.objects import to_objects
from labelduck.delivery.package import Package
from labelduck.delivery.webhook import to_slack, to_teams, to_webhook

if TYPE_CHECKING:
    from collections.abc import Callable

DELIVERERS: dict[str, Callable[[Package, Destination], None]] = {
    "folder": to_folder,
    "mail": to_mail,
    "webhook": to_webhook,
    "slack": to_slack,
    "teams": to_teams,
    "s3": to_objects,
}


def deliver(package: Package, target: Destination) -> None:
    """Bring a package to one destination.

    Raises:
        LabelduckEnvironmentError: It did not arrive; nothing of it is to be seen there.
    """
    DELIVERERS[target.kind](package, target)


__all__ = ["DELIVERERS", "Destination", "Package", "deliver", "destination"]
