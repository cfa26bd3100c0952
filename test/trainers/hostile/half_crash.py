"""Dies in the middle of writing its state."""

import os
import sys

import contract

contract.report(step=contract.until, metrics={"q": 1.0}, using=contract.h)
contract.write_state("half a st")
print("Traceback: the disk made a noise", file=sys.stderr, flush=True)
os._exit(1)
