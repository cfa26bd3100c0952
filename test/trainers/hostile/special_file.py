"""Saves a named pipe."""

import os

import contract

os.mkfifo(os.path.join(contract.save, "pipe"))
contract.finish()
