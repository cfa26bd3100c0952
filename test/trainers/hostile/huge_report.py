"""Fills the disk with its report file."""

import contract

block = '{"step": 1}\n' * 100_000
for _ in range(10):
    contract.line(block)
contract.finish()
