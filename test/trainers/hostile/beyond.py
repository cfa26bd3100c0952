"""Trains further than it was asked to."""

import contract

contract.report(step=contract.until + 1, metrics={"q": 0.5})
contract.finish()
