"""Two people look at a lake while it is imported into and built: nothing breaks, and then they see the new state."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from full_sample import SAMPLE
from serving import serving
from watching import Window, wrong

import labelduck

pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dashboard")]

PAGES = ("imports", "worklist?reviewer=ann&size=12", "versions", "console?q=select+count(*)+from+annotations")
CHANGE = (
    "import labelduck, sys\n"
    "lake = labelduck.open(sys.argv[1])\n"
    "lake.import_annotations(sys.argv[2], dataset='second')\n"
    "lake.import_predictions(sys.argv[3], model='detector-a', dataset='second')\n"
    "lake.build()\n"
)


def test_two_browsers_look_on_while_the_lake_is_built(browser, lake, pictures, tmp_path):
    folder = shutil.copytree(lake.path, tmp_path / "lake")
    coco = SAMPLE / "coco"
    words = [str(folder), str(coco / "instances.json"), str(coco / "predictions_detector-a.json")]

    with serving(folder, "--images", str(pictures), log=tmp_path / "server.log") as address:
        windows = [Window(browser, address) for _ in range(2)]
        shown = [wrong(window.go("imports")) for window in windows]
        with subprocess.Popen([sys.executable, "-c", CHANGE, *words], env=os.environ) as change:
            n_looks = 0
            while change.poll() is None or n_looks < len(PAGES):
                shown += [wrong(window.go(PAGES[n_looks % len(PAGES)])) for window in windows]
                n_looks += 1
        pages = [window.go("imports?dataset=second") for window in windows]
        datasets = [page.get_by_label("Dataset").input_value() for page in pages]
        cards = [window.go("worklist?dataset=second&size=12").locator(".card").count() for window in windows]
        for window in windows:
            window.close()

    assert change.returncode == 0
    assert [said for said in shown if said] == []
    assert datasets == ["second", "second"]
    assert cards == [12, 12]
    assert [window.problems for window in windows] == [[], []]
    assert set(labelduck.open(folder).sql("select distinct dataset from images").fetchall()) == {
        ("hardhat",),
        ("second",),
    }
