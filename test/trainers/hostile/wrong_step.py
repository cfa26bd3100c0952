"""Says that it is done at another step than it was asked for."""

import contract

contract.hello()
segment = contract.next_segment()
contract.save_segment(segment)
contract.say(type="done", id=segment["id"], step=segment["until_step"] - 1, metrics={"q": 1.0})
contract.next_segment()
