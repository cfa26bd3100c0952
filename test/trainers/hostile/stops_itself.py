"""Stops itself, as Ctrl-Z would."""

import os
import signal

import contract

os.kill(os.getpid(), signal.SIGSTOP)
contract.finish()
