"""Reports fifty thousand times."""

import contract

lines = ['{"step": %d, "q": 0.5}' % contract.start] * 50_000
contract.line("\n".join(lines))
contract.finish()
