"""Reports a number as text."""

import contract

contract.write_state()
contract.report(step=contract.until, metrics={"q": "0.5"})
