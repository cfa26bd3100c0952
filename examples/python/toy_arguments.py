"""Level 1: a script that knows nothing of Polytempo. Values come as arguments, the metric goes to standard output.

The toy of the PBT paper (arXiv 1711.09846): Q = 1.2 - theta0^2 - theta1^2 is wanted, but gradient steps follow a
surrogate, 1.2 - h0 theta0^2 - h1 theta1^2, so a member with the wrong h can not get far alone.

    polytempo run --hp 'h0~uniform(0,1)' --hp 'h1~uniform(0,1)' --metric q:max --members 2 --interval 4 --steps 200 \\
        -- python3 toy_arguments.py --h0 {h0} --h1 {h1} --load {load} --save {save} --until {until}
"""

import argparse
import json
import os

parser = argparse.ArgumentParser()
parser.add_argument("--h0", type=float, required=True)
parser.add_argument("--h1", type=float, required=True)
parser.add_argument("--load", default="", help="directory to go on from; empty at the beginning")
parser.add_argument("--save", required=True)
parser.add_argument("--until", type=int, required=True)
arguments = parser.parse_args()

state = {"step": 0, "theta": [0.9, 0.9]}
if arguments.load:
    with open(os.path.join(arguments.load, "state.json")) as file:
        state = json.load(file)

theta = state["theta"]
h = [arguments.h0, arguments.h1]
while state["step"] < arguments.until:
    for i in range(2):
        theta[i] = theta[i] - 0.02 * (2.0 * h[i] * theta[i])
    state["step"] += 1

with open(os.path.join(arguments.save, "state.json"), "w") as file:
    json.dump(state, file)

q = 1.2 - theta[0] * theta[0] - theta[1] * theta[1]
print("polytempo " + json.dumps({"step": state["step"], "q": q}))
