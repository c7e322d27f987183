"""Measure the dashboard in a browser: every page, the next page of suspects, 48 pictures with overlays, decisions.

    python benchmarks/dashboard.py --lake DIR [--images DIR]

Needs `labelduck[dashboard]`, Playwright and an installed Chromium. Tables of the lake are linked into a temporary folder
beside it, so that decisions fall on a copy.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

import labelduck
import report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

PAGES = (
    *("overview", "worklist", "health", "classes", "people", "agreement", "gold"),
    *("models", "versions", "gate", "reports", "console", "docs", "imports"),
)
PATIENCE_MS = 600_000
ROUNDS = 3
IDLE = (
    "document.querySelector('[data-testid=stMain] h1') "
    "&& document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning' "
    "&& !document.querySelector('[data-testid=stSpinner], [data-testid=stSkeleton], [data-stale=true]')"
)
FRAMES = "[...document.querySelectorAll('*')].flatMap(e => e.shadowRoot ? [...e.shadowRoot.querySelectorAll('.card .frame')] : [])"
DRAWN = (
    f"(n) => {{ const all = {FRAMES}; return all.length >= n && all.every(f => f.querySelector('svg')); }}"
)
DECIDE_S = """
async () => {
  const fetched = globalThis.fetch, took = [];
  globalThis.fetch = async (...told) => {
    const began = performance.now();
    const answer = await fetched(...told);
    if (String(told[0]).includes('/api/decide')) took.push((performance.now() - began) / 1000);
    return answer;
  };
  globalThis.labelduckTook = took;
}
"""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Seconds of the first visit to a page and of the quickest later one, and what the server spent on a later one."""

    name: str
    first: float
    again: float
    server_cpu: float
    n_missing: int


def main() -> None:
    """Serve a copy of the lake, visit, write the page."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--lake", type=Path, required=True)
    words.add_argument("--images", type=Path, default=None, help="where the pictures lie")
    words.add_argument(
        "--pages", nargs="*", default=None, metavar="NAME", help="visit only these, and write no page"
    )
    words.add_argument("--results", type=Path, default=Path(__file__).parent / "results")
    chosen = words.parse_args()
    with _copied(chosen.lake) as lake, _served(lake, chosen.images) as (address, pid), _window() as page:
        n_annotations = labelduck.open(lake).sql("select count(*) from annotations").fetchall()[0][0]
        visits = [_visited(page, address, name, pid) for name in chosen.pages or PAGES]
        print(_pages(visits), flush=True)
        if chosen.pages:
            return
        acts = [("next page of 24 suspects", _next_page(page, address))]
        acts += [("48 pictures with overlays, again", _pictures(page, address))]
        acts += [("a decision, on the disk and answered", _decisions(page, address))]
    ground = "pictures" if chosen.images else "an empty ground, for lack of pictures"
    report.write(
        chosen.results / "dashboard.md",
        title=f"The dashboard on {n_annotations:,} annotations",
        parts=[_pages(visits), _acts(acts)],
        conditions=[
            "Seconds from asking for a page until Streamlit rests and no spinner is left, in a Chromium of the same machine.",
            "First: right after the server started, nothing kept. Again: a new page of the same browser, the lake unchanged.",
            "Server: CPU seconds of the server for one later visit, which other work on the machine does not change.",
            f"Shapes are drawn on {ground}.",
            f"Load of the machine at the end: {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores.",
        ],
    )


@contextmanager
def _copied(lake: Path) -> Iterator[Path]:
    """Give a lake of the same files that decisions can be taken on."""
    beside = Path(tempfile.mkdtemp(prefix="labelduck-dashboard-", dir=lake.resolve().parent))
    try:
        yield Path(shutil.copytree(lake, beside / lake.name, copy_function=_linked))
    finally:
        shutil.rmtree(beside)


def _linked(source: str, target: str) -> None:
    """Link what is never written again; decisions, runs and the catalogue are added to and must be copies."""
    (os.link if source.endswith(".parquet") else shutil.copy2)(source, target)


@contextmanager
def _served(lake: Path, images: Path | None) -> Iterator[tuple[str, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = [sys.executable, "-m", "labelduck", "dashboard", "--lake", str(lake), "--port", str(port)]
    call += ["--images", str(images)] if images else []
    with subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(f"{address}/_stcore/health")
            yield address, process.pid
        finally:
            process.terminate()


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


@contextmanager
def _window() -> Iterator[Page]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield page
        browser.close()


def _timed(page: Page, address: str) -> float:
    page.goto("about:blank")
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_function(IDLE)
    return time.perf_counter() - began


def _visited(page: Page, address: str, name: str, pid: int) -> Visit:
    place = f"{address}/{'' if name == 'overview' else name}"
    first = _timed(page, place)
    before = _cpu(pid)
    again = [_timed(page, place) for _ in range(ROUNDS)]
    return Visit(
        name=name,
        first=first,
        again=min(again),
        server_cpu=(_cpu(pid) - before) / ROUNDS,
        n_missing=page.locator("[data-testid=stAlertContentError]").count(),
    )


def _cpu(pid: int) -> float:
    """Return the CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _next_page(page: Page, address: str) -> list[float]:
    _timed(page, f"{address}/worklist?reviewer=ann&size=24")
    took = []
    for _ in range(5):
        page.wait_for_selector(".card.current")
        before = page.locator(".card").first.get_attribute("data-key")
        page.keyboard.press("s")  # what is skipped comes last
        page.get_by_text("1 of 24 decided", exact=True).wait_for()
        began = time.perf_counter()
        page.get_by_role("button", name="Next page").click()
        page.wait_for_function(
            f"(key) => {{ const all = {FRAMES}; return all.length && all[0].closest('.card').dataset.key !== key; }}",
            arg=before,
        )
        took.append(time.perf_counter() - began)
        page.wait_for_function(IDLE)
    return took


def _pictures(page: Page, address: str) -> list[float]:
    took = []
    for _ in range(4):
        page.goto("about:blank")
        began = time.perf_counter()
        page.goto(f"{address}/worklist?reviewer=ann&size=48")
        page.wait_for_function(DRAWN, arg=48)
        took.append(time.perf_counter() - began)
        page.wait_for_function(IDLE)
    return took[1:]


def _decisions(page: Page, address: str) -> list[float]:
    _timed(page, f"{address}/worklist?reviewer=ann&size=48")
    page.wait_for_selector(".card.current")
    page.evaluate(DECIDE_S)
    for _ in range(40):
        page.keyboard.press("c")
        page.wait_for_timeout(50)
    page.get_by_text("40 of 48 decided", exact=True).wait_for()
    return list(page.evaluate("globalThis.labelduckTook"))


def _pages(visits: list[Visit]) -> str:
    rows = [
        [f"`{v.name}`", f"{v.first:.1f}", f"{v.again:.1f}", f"{v.server_cpu:.2f}", str(v.n_missing or "")]
        for v in visits
    ]
    return report.table(["page", "first s", "again s", "server s", "answers that did not come"], rows)


def _acts(acts: list[tuple[str, list[float]]]) -> str:
    rows = [
        [what, str(len(took)), f"{statistics.median(took):.3f}", f"{max(took):.3f}"] for what, took in acts
    ]
    return report.table(["act", "times", "median s", "longest s"], rows)


if __name__ == "__main__":
    main()
