"""What a lake's answers come to, in sentences: what is probably wrong, why, how far annotators agree, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labelduck.lake import Lake

_PROBABLE = """
    select dataset, issue, count(*) as n from open_suspects where error_probability >= probable_error()
    group by all order by dataset, n desc, issue
"""
_YIELD = """
    select dataset, max(k), max_by(n_errors, k), max_by(n_errors_low, k), max_by(n_errors_high, k), max_by(minutes, k)
    from worklist_yield where issue = 'any' and k <= 100 group by dataset
"""
_CAUSE = """
    select dataset, cause, n_suspects from suspect_causes
    qualify row_number() over (partition by dataset order by n_suspects - n_expected desc, cause) = 1
"""
_AGREEMENT = """
    select dataset, field, value, low, high from agreement
    where metric = 'krippendorff_alpha' and value is not null order by dataset, field
"""
_STOP = "select dataset, decision, sentence from stop_rule where issue = 'any'"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was found.

    Attributes:
        dataset: Dataset.
        subject: suspects, agreement or audit.
        sentence: What was found.
        next: Command that goes on from there, after the program's name; empty where nothing is to be done.
    """

    dataset: str
    subject: str
    sentence: str
    next: str = ""


def find(lake: Lake) -> list[Finding]:
    """Return what was found in each dataset; nothing of what was never looked for."""
    found = [*_suspects(lake), *_agreement(lake), *_audits(lake)]
    return sorted(found, key=lambda finding: finding.dataset)


def _suspects(lake: Lake) -> list[Finding]:
    kinds: dict[str, list[str]] = {}
    totals: dict[str, int] = {}
    for dataset, issue, n in lake.sql(_PROBABLE).fetchall():
        kinds.setdefault(dataset, []).append(f"{n:,} {issue}")
        totals[dataset] = totals.get(dataset, 0) + n
    causes = {dataset: cause for dataset, cause, _ in lake.sql(_CAUSE).fetchall()}
    found = []
    for dataset, k, expected, low, high, minutes in lake.sql(_YIELD).fetchall():
        told = f"{totals.get(dataset, 0):,} labels are probably wrong"
        told += f" ({', '.join(kinds[dataset])})" if dataset in kinds else ""
        told += f"; first cause: {causes[dataset]}" if dataset in causes else ""
        told += (
            f"; the next {k:,} of the worklist hold about {expected:.0f} errors ({low:.0f} to {high:.0f}), "
            f"a review of {minutes:.0f} minutes"
        )
        found.append(Finding(dataset=dataset, subject="suspects", sentence=told, next="worklist"))
    return found


def _agreement(lake: Lake) -> list[Finding]:
    return [
        Finding(
            dataset=dataset,
            subject="agreement",
            sentence=f"annotators agree on {field} with alpha {value:.2f}"
            + (f" ({low:.2f} to {high:.2f})" if low is not None else ""),
            next='sql "from agreement"',
        )
        for dataset, field, value, low, high in lake.sql(_AGREEMENT).fetchall()
    ]


def _audits(lake: Lake) -> list[Finding]:
    return [
        Finding(
            dataset=dataset,
            subject="audit",
            sentence=sentence,
            next="" if decision == "stop" else "audit plan",
        )
        for dataset, decision, sentence in lake.sql(_STOP).fetchall()
    ]
