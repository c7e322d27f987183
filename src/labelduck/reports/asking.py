"""Questions asked of a lake side by side, in bounded memory, with answers that are the same every time."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from labelduck import catalog, limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import duckdb

    from labelduck.folder import LakeFolder

MEMORY = "600MB"
"""What DuckDB holds for a report; the rest lies on the disk meanwhile."""

Q = TypeVar("Q")
A = TypeVar("A")


def asked(
    folder: LakeFolder, questions: Sequence[Q], ask: Callable[[duckdb.DuckDBPyConnection, Q], A]
) -> list[A]:
    """Return the answer to each question, in their order.

    Each is answered by one thread: sums of fractions depend on their order, which several threads leave to chance, and the
    last digit would change. So the questions share the processors, as many at a time as there are (LABELDUCK_THREADS).

    Args:
        folder: The lake.
        questions: What to ask.
        ask: Called in a thread of its own, with a connection that nobody else uses meanwhile.
    """
    n_workers = max(1, min(len(questions), limits.threads() or os.cpu_count() or 1))
    with _connections(folder, n_workers) as connections, ThreadPoolExecutor(n_workers) as pool:
        free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        for connection in connections:
            free.put(connection)

        def answered(question: Q) -> A:
            connection = free.get()
            try:
                return ask(connection, question)
            finally:
                free.put(connection)

        try:
            return list(pool.map(answered, questions))
        except (
            BaseException
        ):  # one question means nothing, or somebody pressed Ctrl-C: nobody waits for the rest
            pool.shutdown(wait=False, cancel_futures=True)
            for connection in connections:
                connection.interrupt()
            raise


@contextmanager
def _connections(folder: LakeFolder, n: int) -> Iterator[list[duckdb.DuckDBPyConnection]]:
    with (
        tempfile.TemporaryDirectory(prefix="labelduck-", ignore_cleanup_errors=True) as spill,
        closing(folder.connect()) as first,
    ):
        first.execute(
            f"set threads = 1; set memory_limit = '{MEMORY}'; set temp_directory = {catalog.literal(spill)}"
        )
        rest = [first.cursor() for _ in range(n - 1)]
        try:
            for connection in rest:
                connection.execute(
                    f"use lake; set file_search_path = {catalog.literal(str(folder.path))}; "
                    "set enable_progress_bar = false"
                )
            yield [first, *rest]
        finally:
            for connection in rest:
                connection.close()
