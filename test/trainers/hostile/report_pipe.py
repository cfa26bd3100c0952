"""Replaces its report file by a named pipe."""

import os

import contract

path = os.environ["POLYTEMPO_REPORT"]
os.remove(path)
os.mkfifo(path)
contract.write_state()
