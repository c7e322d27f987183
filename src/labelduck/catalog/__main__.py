"""`python -m labelduck.catalog`: write sql/README.md anew."""

import sys

from labelduck.catalog import index
from labelduck.resources import folder

target = folder("sql") / "README.md"
target.write_text(index(), encoding="utf-8")
sys.stderr.write(f"{target} written\n")
