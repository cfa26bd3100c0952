"""Keeps the hyperparameters of its first segment, and says so."""

import contract

contract.write_state()
contract.report(step=contract.until, metrics={"q": 1.0}, using={"h0": 0.25, "h1": 0.5})
