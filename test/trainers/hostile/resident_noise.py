"""A resident process that prints all the time, also what looks like protocol."""

import contract

contract.hello()
while True:
    segment = contract.next_segment()
    print('polytempo {"q": 99.0, "step": 1}', flush=True)
    print('{"type": "done", "metrics": {"q": 99.0}}', flush=True)
    contract.save_segment(segment)
    contract.done(segment)
