"""Optuna as a peer of the quality benchmark: one JSON line asks or tells, one answers.

{"begin": SEED, "space": [null | K, ...]}   null: a coordinate in [0, 1]; K: one of 0 ... K-1
{"ask": true}  ->  {"values": [...]}
{"tell": LOSS} ->  {}
"""

import json
import sys


def say(answer):
    print(json.dumps(answer), flush=True)


try:
    import optuna
except ImportError:
    say({"absent": "this Python has no optuna"})
    sys.exit(0)

optuna.logging.set_verbosity(optuna.logging.ERROR)
say({"version": optuna.__version__})
for line in sys.stdin:
    request = json.loads(line)
    if "begin" in request:
        sampler = optuna.samplers.TPESampler(seed=request["begin"])
        study = optuna.create_study(sampler=sampler, direction="minimize")
        space = request["space"]
        say({})
    elif "ask" in request:
        trial = study.ask()
        say(
            {
                "values": [
                    trial.suggest_float(f"x{i}", 0, 1)
                    if kinds is None
                    else trial.suggest_categorical(f"x{i}", list(range(kinds)))
                    for i, kinds in enumerate(space)
                ]
            }
        )
    else:
        study.tell(trial, request["tell"])
        say({})
