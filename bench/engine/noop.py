"""A resident trainer that does nothing but save 1 kB and report: what is left is the cost of the engine."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "clients", "python"))
import polytempo  # noqa: E402

STATE = bytes(1024)

with polytempo.member() as m:
    for segment in m.segments():
        if segment.load:
            with open(os.path.join(segment.load, "state"), "rb") as file:
                file.read()
        with open(os.path.join(segment.save, "state"), "wb") as file:
            file.write(STATE)
        segment.report(q=segment.hyperparameters["x"], using=segment.hyperparameters)
