"""Prints a character now and then, for ever."""

import os
import time

while True:
    os.write(1, b".")
    time.sleep(0.02)
