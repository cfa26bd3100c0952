"""Prints 200 MB, half of it without a single line end."""

import os

import contract

block = b"x" * 1_000_000
for _ in range(100):
    os.write(1, block)
os.write(1, b"\n")
lines = (b"y" * 99 + b"\n") * 10_000
for _ in range(100):
    os.write(2, lines)
os.write(1, b"the last words\n")
contract.finish()
