"""Uses names that mean something to JavaScript."""

import contract

contract.report(step=contract.start, metrics={"__proto__": 1.0, "constructor": 2.0, "hasOwnProperty": 3.0})
contract.finish()
