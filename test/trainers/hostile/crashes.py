"""Crashes like a broken native library."""

import os
import signal

os.kill(os.getpid(), signal.SIGSEGV)
