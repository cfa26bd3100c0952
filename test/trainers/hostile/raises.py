"""Raises an exception."""

import contract  # noqa: F401

raise ValueError("no such layer: conv9")
