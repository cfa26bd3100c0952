"""Gives two values for one metric."""

import contract

contract.write_state()
contract.line('{"step": %d, "metrics": {"q": 1.0, "q": 2.0}}' % contract.until)
