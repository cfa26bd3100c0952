"""Removes its save directory."""

import os

import contract

os.rmdir(contract.save)
contract.report(step=contract.until, metrics={"q": 1.0}, using=contract.h)
