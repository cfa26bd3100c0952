"""Reports a step that goes backwards."""

import contract

contract.report(step=contract.start + 5, metrics={"q": 0.5})
contract.report(step=contract.start + 3, metrics={"q": 0.5})
contract.finish()
