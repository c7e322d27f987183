"""`python -m labelduck.cli`."""

import sys

from labelduck.cli import run

sys.exit(run())
