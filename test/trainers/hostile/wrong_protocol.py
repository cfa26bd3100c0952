"""Speaks a protocol of the future."""

import contract

contract.say(type="hello", protocol=99)
contract.next_segment()
