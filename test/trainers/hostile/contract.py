"""The right way, for the parts in which a hostile trainer is not hostile (level 2, and level 3 by hand)."""

import json
import os
import sys

save = os.environ["POLYTEMPO_SAVE"]
load = os.environ["POLYTEMPO_LOAD"]
start = int(os.environ["POLYTEMPO_FROM_STEP"])
until = int(os.environ["POLYTEMPO_UNTIL_STEP"])
with open(os.environ["POLYTEMPO_HYPERPARAMETERS"]) as file:
    h = json.load(file)


def line(text):
    with open(os.environ["POLYTEMPO_REPORT"], "a") as file:
        file.write(text + "\n")


def report(**fields):
    line(json.dumps(fields))


def write_state(text="a state"):
    with open(os.path.join(save, "state.txt"), "w") as file:
        file.write(text)


def finish(q=1.0):
    write_state()
    report(step=until, metrics={"q": q}, using=h)
    sys.stdout.flush()


def say(**message):
    os.write(4, (json.dumps(message) + "\n").encode())


def hello():
    say(type="hello", protocol=1)


_lines = None


def next_segment():
    global _lines
    if _lines is None:
        _lines = os.fdopen(3, "r")
    text = _lines.readline()
    message = json.loads(text) if text else {"type": "close"}
    if message["type"] == "close":
        sys.exit(0)
    return message


def save_segment(segment):
    with open(os.path.join(segment["save"], "state.txt"), "w") as file:
        file.write("a state")


def done(segment, **more):
    say(type="done", id=segment["id"], step=segment["until_step"], metrics={"q": 1.0}, using=segment["hyperparameters"], **more)
