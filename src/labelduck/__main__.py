"""`python -m labelduck`."""

import sys

from labelduck.cli import main

sys.exit(main())
