"""Closes its output and goes on."""

import os
import time

import contract

os.close(1)
os.close(2)
time.sleep(0.1)
contract.write_state()
contract.report(step=contract.until, metrics={"q": 1.0}, using=contract.h)
os._exit(0)
