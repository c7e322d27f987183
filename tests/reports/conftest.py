"""One lake of the whole sample for all tests of reports, which only read it."""

from __future__ import annotations

import pytest

from report_lakes import full_sample


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    return full_sample(tmp_path_factory.mktemp("reports") / "lake")
