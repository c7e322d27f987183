"""Draws the hard-hat scenes and simulates the people and models who label them. Run `../build.py`."""
