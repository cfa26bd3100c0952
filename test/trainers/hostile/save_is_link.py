"""Replaces its save directory by a link."""

import os

import contract

outside = contract.save + "-outside"
os.makedirs(outside)
os.rmdir(contract.save)
os.symlink(outside, contract.save)
contract.finish()
