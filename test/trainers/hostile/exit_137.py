"""Exits as a shell does whose child was killed for its memory."""

import sys

sys.exit(137)
