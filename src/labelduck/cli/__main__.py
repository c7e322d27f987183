"""`python -m labelduck.cli`."""

from labelduck.cli import run

run()
