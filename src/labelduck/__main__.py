"""`python -m labelduck`."""

from labelduck.cli import run

run()
