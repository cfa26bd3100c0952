/** A trainer in Python's standard library: logistic regression by gradient descent, resumable. */
export const pythonTrainer = `"""A tiny trainer for Polytempo: replace the model, keep the four marked places."""
import argparse
import json
import math
import os
import random

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, required=True)
parser.add_argument("--momentum", type=float, required=True)
parser.add_argument("--load", default="")  # directory of the state to start from; "" at the first segment
parser.add_argument("--save", required=True)  # directory to write the new state into
parser.add_argument("--until", type=int, required=True)  # train until this step (a total)
parser.add_argument("--seed", type=int, default=0)
args = parser.parse_args()

# Data: two noisy clouds in the plane, the same for every member.
rng = random.Random(1)
data = [((rng.gauss(s, 1.5), rng.gauss(-s, 1.5)), (s + 1) // 2) for s in [-1, 1] for _ in range(200)]
rng.shuffle(data)
training, validation = data[:300], data[300:]


def probability(weights, x):
    return 1 / (1 + math.exp(-(weights[0] * x[0] + weights[1] * x[1] + weights[2])))


# 1. Load: parameters, optimizer state, step. Not the hyperparameters: those come with each segment.
if args.load:
    with open(os.path.join(args.load, "state.json")) as file:
        state = json.load(file)
else:
    state = {"step": 0, "weights": [0.0, 0.0, 0.0], "velocity": [0.0, 0.0, 0.0]}

# 2. Train with the hyperparameters of this segment, from the state's step until the one asked for.
draws = random.Random(args.seed)
while state["step"] < args.until:
    x, y = draws.choice(training)
    error = probability(state["weights"], x) - y
    for i, feature in enumerate((x[0], x[1], 1.0)):
        state["velocity"][i] = args.momentum * state["velocity"][i] - args.lr * error * feature
        state["weights"][i] += state["velocity"][i]
    state["step"] += 1

# 3. Save everything that step 1 needs.
with open(os.path.join(args.save, "state.json"), "w") as file:
    json.dump(state, file)

# 4. Report the metric: one line that begins with "polytempo".
loss = 0.0
for x, y in validation:
    p = min(max(probability(state["weights"], x), 1e-9), 1 - 1e-9)
    loss -= math.log(p if y == 1 else 1 - p)
print("polytempo", json.dumps({"step": state["step"], "loss": loss / len(validation)}))
`;

/** The configuration that goes with it. */
export const pythonConfiguration = (
  python: string,
): string => `# Polytempo: a population of members trains; the best are copied, and their hyperparameters mutate.
#   polytempo check polytempo.yaml    does the trainer save, load and obey?
#   polytempo run polytempo.yaml      train; flags override this file
name: first

# One process per member and interval. {lr}, {momentum}: the member's hyperparameters. {load}, {save}: directories.
trainer:
  command: ${python} train.py --lr {lr} --momentum {momentum} --load {load} --save {save} --until {until} --seed {seed}

# What evolves. Also: uniform, integer, ordinal, choice … (docs/search-spaces.md)
space:
  lr: loguniform(1e-4, 1)
  momentum: uniform(0, 0.99)

metric: loss:min # what selection compares
members: 8
interval: 50 # steps between slow steps
steps: 500 # steps per member, in total
seed: 7 # the same seed gives the same decisions

# slots: 2                          # trainers at once (default: number of cores)
# selection: truncation(fraction=0.2)
# mutation: gaussian(sigma=0.1)
# control: random-search            # the same budget without selection: is the population worth it?
`;
