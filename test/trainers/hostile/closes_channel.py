"""Says hello, closes its channel and goes on."""

import os
import time

import contract

contract.hello()
contract.next_segment()
os.close(4)
while True:
    time.sleep(1)
