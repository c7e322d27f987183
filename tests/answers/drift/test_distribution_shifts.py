"""What an annotator drew in a batch beside what all others drew: PSI, Jensen-Shannon, Kolmogorov-Smirnov, and chance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from catalog_lake import box
from drift_scenes import drift_lake

STEPS = (
    "object_measures", "placed_measures", "measure_counts", "bin_sums", "measure_designs", "cell_bins", "mix_scatters",
    "bin_shifts", "order_shifts", "scored_distribution_shifts",
)  # fmt: skip


def work(seed=3, *, n_images=30, planted=None, alike=0.0, objects=(1, 6)):
    """Return what three annotators drew in two batches; `planted` changes the objects of ann's second batch.

    Args:
        seed: Seed.
        n_images: Images of each annotator and batch.
        planted: Class that ann drew all objects as, or a factor of their size.
        alike: Share of objects that repeat the first of their image.
        objects: Fewest and most objects of an image.
    """
    dice = np.random.default_rng(seed)
    rows = []
    for annotator in ("ann", "bob", "cyd"):
        for batch in ("b1", "b2"):
            for image in range(n_images):
                first = None
                for n in range(dice.integers(objects[0], objects[1] + 1)):
                    kind = str(dice.choice(["cat", "dog", "cow"], p=[0.5, 0.3, 0.2]))
                    size, aspect = np.exp(dice.normal(4, 0.5)), np.exp(dice.normal(0, 0.3))
                    x, y = dice.uniform(0, 700, 2)
                    if first and dice.random() < alike:
                        kind, size, aspect, x, y = first
                    first = first or (kind, size, aspect, x, y)
                    if planted and (annotator, batch) == ("ann", "b2"):
                        kind, size = (planted, size) if isinstance(planted, str) else (kind, size * planted)
                    rows.append(
                        {
                            "annotation_id": f"{annotator}{batch}{image}/{n}",
                            "image_id": f"{annotator}{batch}{image}",
                            "annotator": annotator,
                            "batch": batch,
                            "class_name": kind,
                            "box": box(x, y, x + size * aspect, y + size / aspect),
                        }
                    )
    return rows


def test_the_distances_are_scipys(tmp_path):
    rows = work(planted=1.2)
    lake = drift_lake(tmp_path, annotations=rows)

    shifts = lake.execute(
        "select measure, annotator, batch, n, psi, js, ks, is_higher from distribution_shifts"
    ).fetchall()

    assert len(shifts) == 6 * 6
    numbers = lake.execute("select measure, annotator, batch, number from object_measures").fetchall()
    edges = dict(
        lake.execute(
            "select measure, list(number order by number) from object_measures group by all"
        ).fetchall()
    )
    for measure, annotator, batch, n, psi, js, ks, is_higher in shifts:
        if measure == "class_mix":
            own = [r["class_name"] for r in rows if (r["annotator"], r["batch"]) == (annotator, batch)]
            rest = [r["class_name"] for r in rows if (r["annotator"], r["batch"]) != (annotator, batch)]
            counts = np.array([[list(x).count(c) for c in ("cat", "cow", "dog")] for x in (own, rest)])
            assert (ks, is_higher) == (None, None)
        else:
            own = np.array([v for m, a, b, v in numbers if (m, a, b) == (measure, annotator, batch)])
            rest = np.array([v for m, a, b, v in numbers if m == measure and (a, b) != (annotator, batch)])
            assert ks == pytest.approx(stats.ks_2samp(own, rest).statistic, abs=1e-9)
            assert is_higher == (stats.ks_2samp(own, rest).statistic_sign < 0)
            ordered = np.array(edges[measure])
            tenth = [10 * np.searchsorted(ordered, x) // len(ordered) for x in (own, rest)]
            counts = np.array([[np.sum(t == k) for k in np.unique(np.concatenate(tenth))] for t in tenth])
            common = counts.sum(0) / counts.sum() * counts[0].sum() >= 5
            rare = counts[:, ~common].sum(1, keepdims=True)
            counts = np.hstack([counts[:, common], rare]) if (~common).any() else counts[:, common]
        assert n == len(own)
        p, q = ((row + 0.5) / (row + 0.5).sum() for row in counts)
        assert psi == pytest.approx(((p - q) * np.log(p / q)).sum(), abs=1e-9)
        assert js == pytest.approx(jensenshannon(p, q, 2), abs=1e-9)


def test_of_one_object_an_image_the_chance_is_that_of_scipy(tmp_path):
    rows = work(objects=(1, 1), n_images=60)
    lake = drift_lake(tmp_path, annotations=rows)

    chances = dict(
        lake.execute(
            "select measure, p_value from distribution_shifts where (annotator, batch) = ('bob', 'b1')"
        ).fetchall()
    )
    spread = lake.execute("select spread from measure_designs where measure = 'class_mix'").fetchall()[0][0]

    sides = [
        [r for r in rows if ((r["annotator"], r["batch"]) == ("bob", "b1")) is own] for own in (True, False)
    ]
    counts = [[[r["class_name"] for r in side].count(c) for c in ("cat", "cow", "dog")] for side in sides]
    assert spread == pytest.approx(0, abs=1e-3)
    assert chances["class_mix"] == pytest.approx(stats.chi2_contingency(counts).pvalue, abs=1e-3)
    sizes = [[r["box"]["x_max"] - r["box"]["x_min"] for r in side] for side in sides]
    heights = [[r["box"]["y_max"] - r["box"]["y_min"] for r in side] for side in sides]
    logs = [np.log(np.array(w) * np.array(h)) / 2 for w, h in zip(sizes, heights, strict=True)]
    expected = stats.kstwobign.sf(stats.ks_2samp(*logs).statistic * np.sqrt(60 * 300 / 360))
    assert chances["box_size"] == pytest.approx(expected, abs=1e-9)


def test_images_that_hold_only_one_rare_class_are_told_to_be_uneven(tmp_path):
    even = drift_lake(tmp_path / "even", annotations=work(objects=(4, 4), n_images=40))
    herds = [
        row | {"class_name": "sheep"} if row["image_id"].endswith("7") else row
        for row in work(objects=(4, 4), n_images=40)
    ]
    uneven = drift_lake(tmp_path / "uneven", annotations=herds)

    told = [
        lake.execute("select concentration, scatter from mix_scatters").fetchall() for lake in (even, uneven)
    ]
    counts = even.execute(
        "select image_id, class_name, count(*) from drawn_annotations group by all"
    ).fetchall()

    kinds, images = sorted({row[1] for row in counts}), sorted({row[0] for row in counts})
    table = np.zeros((len(images), len(kinds)))
    for image, kind, n in counts:
        table[images.index(image), kinds.index(kind)] = n
    distance = (table**2 / (table.sum(0) / table.sum())).sum(1) - table.sum(1) ** 2
    assert told[0] == [(pytest.approx(1), pytest.approx(distance.var() / distance.mean() ** 2, abs=1e-9))]
    assert told[1][0][1] > 2 * told[0][0][1]


def test_objects_that_resemble_their_image_tell_less(tmp_path):
    apart = drift_lake(tmp_path / "apart", annotations=work(objects=(4, 6)))
    alike = drift_lake(tmp_path / "alike", annotations=work(objects=(4, 6), alike=0.9))

    query = "select measure, correlation from measure_designs where measure in ('class_mix', 'box_size/upper_half')"
    independent, repeated = (dict(lake.execute(query).fetchall()) for lake in (apart, alike))

    assert all(abs(value) < 0.15 for value in independent.values())
    assert all(value > 0.5 for value in repeated.values())
    for lake in (apart, alike):
        assert lake.execute("select min(p_value) from distribution_shifts").fetchall()[0][0] > 1e-3


@pytest.mark.parametrize(("planted", "measure"), [("dog", "class_mix"), (2.0, "box_size")])
def test_a_batch_of_other_work_is_told_by_its_measure(tmp_path, planted, measure):
    lake = drift_lake(tmp_path, annotations=work(planted=planted))

    row = lake.execute(
        "select annotator, batch, measure, psi > psi_high, psi_high > expected_psi, is_higher "
        "from distribution_shifts order by p_value limit 1"
    ).fetchall()

    assert row == [("ann", "b2", measure, True, True, True if measure == "box_size" else None)]


def test_who_looked_and_drew_nothing_counts_as_no_objects(tmp_path):
    looked = {"image_id": "empty", "annotator": "ann", "batch": "b1", "status": "completed"}
    lake = drift_lake(
        tmp_path, annotations=work(n_images=4), assignments=[looked, looked | {"status": "skipped"}]
    )

    rows = lake.execute(
        "select annotator, batch, number from object_measures where measure = 'objects_per_image' and image_id = 'empty'"
    ).fetchall()
    counts = {name: lake.execute(f"select count(*) from {name}").fetchall()[0][0] for name in STEPS}

    assert rows == [("ann", "b1", 0.0)]
    assert counts["scored_distribution_shifts"] == counts["bin_shifts"] == 6 * 6
    assert counts["order_shifts"] == 6 * 5
    assert counts["measure_designs"] == 6 + 5
    assert min(counts.values()) > 0


@pytest.mark.slow
def test_of_work_that_does_not_differ_one_scan_in_twenty_is_flagged(tmp_path):
    scans = 60
    rows = [
        row | {"dataset": f"scan{n}"}
        for n in range(scans)
        for row in work(2000 + n, n_images=15, alike=0.3 * (n % 2))
    ]
    pictures = dict.fromkeys((row["dataset"], row["image_id"]) for row in rows)
    images = [{"dataset": d, "image_id": i, "width": 1000, "height": 1000} for d, i in pictures]
    lake = drift_lake(tmp_path, annotations=rows, images=images)

    flagged = lake.execute(
        "select count(distinct dataset) from drift_by_annotator_batch where is_flagged"
    ).fetchall()[0][0]
    rare = lake.execute(
        "select measure, avg((p_value < 0.05)::integer) from distribution_shifts group by all"
    ).fetchall()

    assert flagged <= 7  # of 60 scans at 5 % more are flagged three times in a hundred
    assert all(share < 0.1 for _, share in rare)
