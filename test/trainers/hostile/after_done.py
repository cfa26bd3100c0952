"""Reports after it has said that it is done."""

import contract

contract.hello()
while True:
    segment = contract.next_segment()
    contract.save_segment(segment)
    contract.done(segment)
    contract.say(type="report", id=segment["id"], step=segment["until_step"], metrics={"q": 99.0})
    contract.say(type="done", id=segment["id"], step=segment["until_step"], metrics={"q": 99.0})
