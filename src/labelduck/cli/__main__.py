"""`python -m labelduck.cli`."""

import sys

from labelduck.cli import main

sys.exit(main())
