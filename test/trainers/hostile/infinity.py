"""Reports an infinite metric."""

import contract

contract.finish(q=float("inf"))
