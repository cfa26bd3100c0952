"""Echoes a hyperparameter that nobody gave it."""

import contract

contract.write_state()
contract.report(step=contract.until, metrics={"q": 1.0}, using={**contract.h, "momentum": 0.9})
