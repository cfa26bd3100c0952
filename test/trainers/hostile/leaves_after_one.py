"""A resident process that leaves in order as soon as it sees its second segment."""

import sys

import contract

contract.hello()
segment = contract.next_segment()
contract.save_segment(segment)
contract.done(segment)
contract.next_segment()
sys.exit(0)
