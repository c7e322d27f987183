"""One decision on one suspect, with all that the reviewer saw of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck import decisions, manifests
from labelduck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelduck.folder import LakeFolder

_NAMING = ("dataset", "image_id", "field", "annotation_id", "prediction_id", "model")


def decide(folder: LakeFolder, *, decision: str, issue: str, **told: Any) -> dict[str, Any]:  # noqa: ANN401 - columns of decisions
    """Take a decision on a suspect; it is on the disk on return.

    Args:
        folder: The lake.
        decision: confirm, reject, fix, skip, escalate or undo.
        issue: Kind of the suspicion.
        told: What names the suspect (annotation_id, of two duplicates either; model and prediction_id; image_id and
            field; dataset), and further columns of `decisions`: reviewer, reason, lead, new_class, new_box, session, tool.

    Returns:
        The decision as it was written.

    Raises:
        UsageError: No suspect is called so, or several are, or a value means nothing.
    """
    named = {name: told[name] for name in _NAMING if told.get(name) is not None}
    found = _named(folder, issue, named)
    if len(found) != 1:
        said = ", ".join(f"{name} {value!r}" for name, value in named.items())
        raise UsageError(
            f"{'several suspects' if found else 'no suspect'} of {issue} with {said or 'no name'}"
        )
    (suspect,) = found
    shown = seen(suspect, version=current_version(folder, suspect["dataset"]))
    return decisions.append(
        folder.path, {"tool": "python"} | told | shown | {"decision": decision, "issue": issue}
    )


def seen(suspect: Mapping[str, Any], *, version: int | None) -> dict[str, Any]:
    """Return what a reviewer sees of a row of `label_suspects` or `worklist`, by column of `decisions`."""
    is_missing = suspect["issue"] == "missing_label"
    return {name: suspect[name] for name in (*_NAMING, "suspicion", "issue")} | {
        "class_name": suspect["suggested_class" if is_missing else "class_name"],
        "box": suspect["suggested_box" if is_missing else "box"],
        "version": version,
    }


def current_version(folder: LakeFolder, dataset: str) -> int | None:
    """Return the newest version of a dataset; None of one that is not there."""
    head = manifests.head(folder.path, dataset)
    return head.version if head else None


def _named(folder: LakeFolder, issue: str, named: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the suspects of a name; of several duplicates with an annotation, the one that is its own."""
    same = {"annotation_id": "? in (annotation_id, other_annotation_id)"}
    condition = "".join(f" and {same.get(name, f'{name} = ?')}" for name in named)
    with folder.connect() as connection:
        query = f"from described_suspects where issue = ?{condition}"
        found = connection.sql(query, params=[issue, *named.values()]).to_arrow_table().to_pylist()
    own = [suspect for suspect in found if suspect["annotation_id"] == named.get("annotation_id")]
    return own or found
