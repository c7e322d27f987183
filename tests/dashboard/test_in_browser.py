"""The dashboard as its users see it: in a browser, from the command, on the sample and on real pictures."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request

import pytest
from serving import serving
from watching import SEEN, Window, wrong

import labelduck
from labelduck import decisions
from labelduck.worklist.desk import Desk

pytest.importorskip("playwright.sync_api")

PAGES = (
    *("", "worklist", "health", "classes", "people", "agreement", "gold"),
    *("models", "versions", "gate", "reports", "console", "docs", "imports"),
)
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dashboard")]


@pytest.fixture(autouse=True)
def undecided(lake):
    """Begin each test with nothing decided."""
    for path in (lake.path / decisions.FOLDER).glob("*.jsonl"):
        path.unlink()


def current(page):
    return page.locator(".card.current").get_attribute("data-key")


def trail(lake, n, page):
    """Wait until so many decisions are on the disk."""
    for _ in range(200):
        found = list(decisions.read(lake.path))
        if len(found) >= n:
            break
        page.wait_for_timeout(50)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_every_page_answers(visit, name):
    page = visit(name)

    assert wrong(page) == []
    assert page.locator("[data-testid=stMain] h1").count() == 1


@pytest.mark.parametrize("width", [390, 700, 1440])
def test_nothing_covers_the_title(visit, width):
    page = visit("gate")
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(1000)

    seen = page.evaluate("""() => {
        const title = document.querySelector('[data-testid="stMain"] h1');
        const { left, top, height } = title.getBoundingClientRect();
        return title.contains(document.elementFromPoint(left + 20, top + height / 2));
    }""")

    assert seen


def test_thirty_decisions_by_keys_fall_on_the_thirty_suspects_that_were_looked_at(visit, lake):
    suspects = lake.sql("from worklist where dataset = 'hardhat' order by place").to_arrow_table().to_pylist()
    handed = Desk(lake.folder).hand_out(suspects)
    named = {
        h["key"]: (s["image_id"], s["annotation_id"], s["prediction_id"])
        for h, s in zip(handed, suspects, strict=True)
    }
    page = visit("worklist?reviewer=ann&size=12")
    page.wait_for_selector(".card.current")
    expected, before = [], len(list(decisions.read(lake.path)))

    for n in range(30):
        verdict = ("confirm", "reject", "skip", "escalate")[n % 4]
        if n in {5, 17}:  # the whole page is drawn anew, while the next keys come
            page.get_by_label("Reviewer").fill("ben" if n == 5 else "ann")
            page.get_by_label("Reviewer").press("Enter")
            page.locator(".labelduck .bars .progress").click()
        if n in {9, 21}:  # the figures beside the list follow when one rests: the component is called again
            page.wait_for_timeout(2500)
        expected.append((named[current(page)], verdict))
        page.keyboard.press(verdict[0])
        if (n + 1) % 12 == 0:
            page.get_by_text("12 of 12 decided", exact=True).wait_for()
            page.keyboard.press("Enter")
            page.get_by_text("0 of 12 decided").wait_for()

    found = trail(lake, before + 30, page)[before:]
    assert [
        ((d["image_id"], d.get("annotation_id"), d.get("prediction_id")), d["decision"]) for d in found
    ] == expected
    assert len({key for key, _ in expected}) == 30
    assert {d["reviewer"] for d in found} == {"ann", "ben"}
    assert {d["tool"] for d in found} == {"dashboard"}


def test_a_decision_is_taken_back_and_the_suspect_waits_again(visit, lake):
    before = len(list(decisions.read(lake.path)))
    page = visit("worklist?reviewer=ann&size=12")
    first = current(page)

    page.keyboard.press("c")
    page.keyboard.press("u")

    made = trail(lake, before + 2, page)[before:]
    assert [d["decision"] for d in made] == ["confirm", "undo"]
    assert current(page) == first
    assert made[0].get("annotation_id") == made[1].get("annotation_id")


def test_what_was_decided_is_gone_after_a_reload_and_a_link_opens_the_same_selection(visit, lake):
    page = visit("worklist?reviewer=ann&issue=wrong+class&size=12")
    first = current(page)
    kinds = page.locator(".card .issue").all_text_contents()
    n_before = len(list(decisions.read(lake.path)))

    page.keyboard.press("f")
    fixed = trail(lake, n_before + 1, page)[-1]
    page.reload()
    page.wait_for_selector(".card.current")

    assert set(kinds) == {"wrong class"}
    assert (fixed["decision"], fixed["issue"]) == ("fix", "wrong_class")
    assert fixed["new_class"] != fixed["class_name"]
    assert first not in {card.get_attribute("data-key") for card in page.locator(".card").all()}
    assert set(page.locator(".card .issue").all_text_contents()) == {"wrong class"}


def test_all_of_one_cause_are_decided_at_once_and_only_these(visit, lake):
    cause = lake.sql(
        "select cause, count(*) as n from worklist where cause is not null group by all order by n desc, cause"
    )
    name, n = cause.fetchall()[0]
    before = len(list(decisions.read(lake.path)))
    page = visit(f"worklist?reviewer=ann&size=24&cause={urllib.parse.quote(name)}")
    page.wait_for_selector(".card.current")

    page.keyboard.press("Shift+R")
    page.get_by_role("button", name="Reject all").click()

    made = trail(lake, before + min(n, 24), page)[before:]
    assert len(made) == min(n, 24)
    assert {d["decision"] for d in made} == {"reject"}
    page.get_by_text(f"{len(made)} of {len(made)} decided").wait_for()


def test_pictures_are_shown_with_the_suspect_in_sight(visit):
    page = visit("worklist?reviewer=ann&size=12")
    page.wait_for_function(SEEN)

    frame = page.locator(".card .frame").first
    inside, box = frame.bounding_box(), frame.locator(".suspect, .suggestion").first.bounding_box()

    assert inside["x"] <= box["x"] + box["width"] / 2 <= inside["x"] + inside["width"]
    assert inside["y"] <= box["y"] + box["height"] / 2 <= inside["y"] + inside["height"]
    page.keyboard.press("v")
    assert page.locator(".single .frame").count() == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("copy (select 1) to 'tables/x.csv'", "no query"),
        ("select 1; select 2", "2 statements"),
        ("from read_text('/etc/passwd')", "disabled by configuration"),
        ("set threads = 1", "no query"),
    ],
)
def test_the_console_refuses_what_is_no_query_of_the_lake(visit, query, said):
    page = visit(f"console?q={urllib.parse.quote(query)}")

    assert said in page.locator("[data-testid=stAlertContentError]").inner_text()


def test_rows_of_any_query_are_shown_as_pictures(visit):
    page = visit(
        "console?q=" + urllib.parse.quote("select annotation_id, area from annotations order by area limit 5")
    )

    page.get_by_test_id("stButtonGroup").get_by_text("Pictures").click()
    page.wait_for_selector(".card")

    assert page.locator(".card").count() == 5


def test_a_click_on_a_cell_of_a_confusion_shows_the_labels_that_it_counts(visit, lake):
    page = visit("classes?part=Models")
    section = page.locator(".st-key-section-classes-4")
    section.locator(".plotly .textpoint text").first.wait_for()
    cell = section.locator(".plotly .textpoint text", has_text="78.1")  # hard_hat seen as hard_hat
    (n,), *_ = lake.sql(
        "select n from confusion_by_class_pair where model = 'detector-a'"
        " and (annotation_class, prediction_class) = ('hard_hat', 'hard_hat')"
    ).fetchall()

    cell.scroll_into_view_if_needed()
    at = cell.bounding_box()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.wait_for_timeout(300)
    page.mouse.click(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)

    section.get_by_text("The rows behind annotation class hard_hat, prediction class hard_hat").wait_for()
    section.locator(".card").first.wait_for()
    assert section.locator(".card").count() == min(n, 24)


def test_two_versions_of_a_link_are_compared(visit, lake):
    found = lake.diff_versions(1, 3, dataset="hardhat").rows.to_pylist()
    added = sum(row["change"] == "added" for row in found)

    page = visit("versions?version=3&compare=1")

    page.get_by_text("What changed from version 1 to version 3, class by class?").wait_for()
    assert page.get_by_text(f"{added:,} added").count() == 1
    assert page.locator(".st-key-section-compared .card").count() > 0
    assert wrong(page) == []


def test_a_query_of_the_console_becomes_a_report(visit, lake):
    query = "select class_name, count(*) as n from annotations group by all order by all"
    page = visit(f"console?q={urllib.parse.quote(query)}")

    page.get_by_role("button", name="Save as report").click()
    page.get_by_label("What it is about").fill("How many of each class?")
    page.get_by_label("Name", exact=True).fill("class_counts")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("labelduck report run class_counts").wait_for()

    (answer,) = lake.report("class_counts").document.answers
    assert answer.table.to_pylist() == lake.sql(query).to_arrow_table().to_pylist()
    (lake.path / "reports" / "class_counts.sql").unlink()


def ask(address, *, data=None, **headers):
    request = urllib.request.Request(
        address, data=data, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers.get("Content-Type")
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Content-Type")


def test_decisions_of_other_sites_are_refused_and_pictures_stay_in_their_folder(server, lake):
    before = len(list(decisions.read(lake.path)))
    told = json.dumps({"decision": "confirm"}).encode()
    here = server.removeprefix("http://")
    form = {"Content_Type": "application/json"}

    assert ask(f"{server}/api/decide", data=told, **form)[0] == 403
    assert (
        ask(
            f"{server}/api/decide", data=told, X_Labelduck_Token="guess", Origin="http://evil.example", **form
        )[0]
        == 403
    )
    assert ask(f"{server}/api/decide", data=told, Host="evil.example", **form)[0] == 403
    assert ask(f"{server}/api/decide", data=told, Origin=server, Content_Type="text/plain")[0] == 403
    assert ask(f"{server}/img/320?name=hardhat/train/site_001.jpg", Host=here) == (200, "image/webp")
    assert ask(f"{server}/img/320?name=hardhat/train/site_001.jpg", Host="evil.example")[0] == 403
    for name in ("../lake/labelduck.toml", "/etc/passwd", "hardhat/../../lake/x", "none.jpg"):
        assert ask(f"{server}/img/320?name={urllib.parse.quote(name)}")[0] == 404
    assert ask(f"{server}/img/321?name=hardhat/train/site_001.jpg")[0] == 404
    assert len(list(decisions.read(lake.path))) == before


@pytest.mark.shared_data
def test_real_pictures_of_pascal_voc_are_looked_at_and_decided_on(browser, shared, tmp_path):
    pack = shared("voc_pictures") / "voc_pictures"
    lake = labelduck.open(tmp_path / "lake")
    lake.import_annotations(pack / "gts" / "coco_format_v1", dataset="voc")
    (predictions,) = (pack / "dets" / "coco_format").glob("*.json")
    lake.import_predictions(predictions, model="yolo", dataset="voc")
    lake.build()
    log = tmp_path / "server.log"

    with serving(lake.path, "--images", str(pack / "images"), log=log) as address:
        window = Window(browser, address, width=390, height=844)
        page = window.go("worklist?reviewer=ann&size=12")
        page.wait_for_selector(".card.current")
        page.wait_for_function(SEEN)
        for key in "cr":
            page.keyboard.press(key)
        made = trail(lake, 2, page)
        shown = {name: wrong(window.go(name)) for name in PAGES}
        window.close()

    assert [d["decision"] for d in made] == ["confirm", "reject"]
    assert {d["dataset"] for d in made} == {"voc"}
    assert shown == {name: [] for name in PAGES}
    assert window.problems == []
