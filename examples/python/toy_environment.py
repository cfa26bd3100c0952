"""Level 2: everything comes through environment variables; reports go to a file, and say what was really used.

The same toy as toy_arguments.py, without any library.

    polytempo run --hp 'h0~uniform(0,1)' --hp 'h1~uniform(0,1)' --metric q:max --members 2 --interval 4 --steps 200 \\
        -- python3 toy_environment.py
"""

import json
import os

with open(os.environ["POLYTEMPO_HYPERPARAMETERS"]) as file:
    h = json.load(file)
until = int(os.environ["POLYTEMPO_UNTIL_STEP"])

state = {"step": 0, "theta": [0.9, 0.9]}
load = os.environ["POLYTEMPO_LOAD"]
if load:
    with open(os.path.join(load, "state.json")) as file:
        state = json.load(file)

theta = state["theta"]
while state["step"] < until:
    theta[0] = theta[0] - 0.02 * (2.0 * h["h0"] * theta[0])
    theta[1] = theta[1] - 0.02 * (2.0 * h["h1"] * theta[1])
    state["step"] += 1

with open(os.path.join(os.environ["POLYTEMPO_SAVE"], "state.json"), "w") as file:
    json.dump(state, file)

q = 1.2 - theta[0] * theta[0] - theta[1] * theta[1]
report = {"step": state["step"], "metrics": {"q": q}, "using": {"h0": h["h0"], "h1": h["h1"]}}
with open(os.environ["POLYTEMPO_REPORT"], "a") as file:
    file.write(json.dumps(report) + "\n")
