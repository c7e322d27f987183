"""Draws, labels and writes everything in this folder again: `python sample_data/hardhat/build.py`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generator.project import simulate  # noqa: E402 - found through the line above
from generator.summary import with_answers  # noqa: E402
from generator.tables import answers  # noqa: E402
from generator.written import all_files  # noqa: E402


def main() -> None:
    """Write all files below a folder, this one unless another is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    out: Path = parser.parse_args().out
    project = simulate()
    files = all_files(project)
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    files["README.md"] = with_answers(readme, answers(project)).encode()
    for name, content in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{len(files)} files, {sum(map(len, files.values())):,} bytes below {out}")


if __name__ == "__main__":
    main()
