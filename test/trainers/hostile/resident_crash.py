"""A resident process that crashes in every second segment."""

import contract

contract.hello()
first = contract.next_segment()
contract.save_segment(first)
contract.done(first)
contract.next_segment()
raise MemoryError("no room for the second segment")
