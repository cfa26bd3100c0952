"""Reports fifty thousand times."""

import contract

lines = ['{"step": %d, "q": %d}' % (contract.start, i) for i in range(50_000)]
contract.line("\n".join(lines))
contract.finish()
