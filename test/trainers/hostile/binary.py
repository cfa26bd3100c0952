"""Prints bytes that are no text."""

import os
import random

import contract

noise = random.Random(7)
for _ in range(50):
    block = bytes(noise.getrandbits(8) for _ in range(1000))
    os.write(1, block)
    os.write(2, b"\xff\xfe\x00" + block)
os.write(1, b'\npolytempo {"q": "\xff"}\n')
contract.finish()
