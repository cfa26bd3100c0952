"""Level 3: one process stays and trains segment after segment; starting up is paid once.

The same toy as toy_arguments.py, with the Python client. Because the loop reads `segment.load`, the same script also
runs at level 2, and alone: `python3 toy_resident.py --h0 1 --h1 1 --until 200`.

    polytempo run --hp 'h0~uniform(0,1)' --hp 'h1~uniform(0,1)' --metric q:max --members 2 --interval 4 --steps 200 \\
        -- python3 toy_resident.py
"""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "clients", "python"))
import polytempo  # noqa: E402  (in a project of its own: pip install, and no path)

with polytempo.member(defaults={"h0": 0.5, "h1": 0.5}) as m:
    for segment in m.segments():
        theta = [0.9, 0.9]
        if segment.load:
            with open(os.path.join(segment.load, "theta.json")) as file:
                theta = json.load(file)
        h = segment.hyperparameters
        for _ in segment.steps():
            theta[0] = theta[0] - 0.02 * (2.0 * h["h0"] * theta[0])
            theta[1] = theta[1] - 0.02 * (2.0 * h["h1"] * theta[1])
        with open(os.path.join(segment.save, "theta.json"), "w") as file:
            json.dump(theta, file)
        q = 1.2 - theta[0] * theta[0] - theta[1] * theta[1]
        segment.report(q=q, using={"h0": h["h0"], "h1": h["h1"]})
