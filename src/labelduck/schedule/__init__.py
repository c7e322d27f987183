"""When reports are due: slots of cron expressions, and the units that let a scheduler of the system ask for them."""

from labelduck.schedule.slots import between, check, following, latest
from labelduck.schedule.units import UNITS, unit

__all__ = ["UNITS", "between", "check", "following", "latest", "unit"]
