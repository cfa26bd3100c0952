"""Says hello and ends in the middle of its first segment."""

import contract

contract.hello()
contract.next_segment()
