"""What no table, tool's export or published data set can do to an importer, as it is and harmed in a few ways."""

from __future__ import annotations

from random import Random

import pytest

from hostile_reading import harm, put_back, read
from hostile_real import sources_of
from hostile_tables import SOURCES
from labelduck.errors import LabelduckError
from places import SHARED_DATA
from test_every_real_file import EXPORTS, READ

N_DOCUMENTS = 6


@pytest.mark.parametrize("name", SOURCES)
def test_a_table_gives_rows_as_it_is_and_rows_or_a_refusal_when_harmed(name, tmp_path):
    throw(SOURCES[name], tmp_path, name)


@pytest.mark.shared_data
def test_real_data_gives_rows_as_it_is_and_rows_or_a_refusal_when_harmed(tmp_path):
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no packs of real data in {SHARED_DATA}")
    sources = sources_of(tmp_path / "real")

    for number, (name, source) in enumerate(sources.items()):
        throw(source, tmp_path / str(number), name)

    assert {f"real {path}" for path, *_ in (*READ, *EXPORTS)} == sources.keys()


def throw(source, folder, name):
    folder.mkdir(exist_ok=True)
    source.write(folder)
    assert read(source, folder) > 0

    originals = {file: (folder / file).read_bytes() for file in source.files}
    for number in range(N_DOCUMENTS):
        file = harm(folder, originals, Random(f"{name} {number}"))
        told = refusal(source, folder)
        assert not told or str(folder) in told
        put_back(folder / file, originals[file])


def refusal(source, folder):
    """Return why a source is refused, empty where it gives rows or problems; anything else is raised."""
    try:
        read(source, folder)
    except LabelduckError as error:
        return str(error)
    return ""
