"""`python -m labelduck`."""

import sys

from labelduck.cli import run

sys.exit(run())
