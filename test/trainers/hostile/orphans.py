"""Leaves children behind that would live for minutes and hold its output open."""

import os
import signal
import subprocess
import time

import contract

for _ in range(3):
    subprocess.Popen(["sleep", "300"])
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    time.sleep(300)
contract.finish()
