"""Reports NaN, as the json module writes it."""

import contract

contract.finish(q=float("nan"))
