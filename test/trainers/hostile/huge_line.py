"""Reports a line of 2 MB."""

import contract

contract.line('{"step": 1, "note": "' + "z" * 2_000_000 + '"}')
contract.finish()
