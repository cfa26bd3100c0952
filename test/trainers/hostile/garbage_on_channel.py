"""Prints onto its channel."""

import contract

contract.hello()
contract.next_segment()
contract.os.write(4, b"loading data ...\n")
contract.next_segment()
