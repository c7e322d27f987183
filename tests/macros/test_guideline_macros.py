"""Topics of a labelling guide, and who confuses what, in words."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("topic", "meant"),
    [
        ("Definition", "definition"),
        ("positive_example", "positive examples"),
        ("Examples", "positive examples"),
        ("negative examples", "negative examples"),
        ("occlusion", "occlusion"),
        ("truncated", "truncation"),
        ("minimum size", "small objects"),
        ("skip", "skip"),
        ("when to escalate", "escalate"),
        ("box", None),
        (None, None),
    ],
)
def test_topics_are_known_by_their_words(session, topic, meant):
    found, topics = session.execute("select guideline_topic(?), guideline_topics()", [topic]).fetchall()[0]

    assert found == meant
    assert meant is None or meant in topics


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ("guideline", "cat called dog by 2 of 3 annotators: the rule that tells them apart is unclear"),
        ("annotator", "cat called dog by bob more than by others: go over the rule together"),
        ("unclear", "cat called dog"),
    ],
)
def test_a_confusion_has_words(session, cause, said):
    query = "select confusion_words('cat', 'dog', ?, 2, 3, 'bob')"

    assert session.execute(query, [cause]).fetchall() == [(said,)]
