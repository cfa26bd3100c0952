"""Writes its state elsewhere and leaves a link to it."""

import os

import contract

outside = contract.save + "-outside"
os.makedirs(outside)
with open(os.path.join(outside, "weights"), "w") as file:
    file.write("weights")
os.symlink(outside, os.path.join(contract.save, "weights"))
contract.finish()
