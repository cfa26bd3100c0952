"""Reports something nested a thousand times."""

import contract

contract.line('{"metrics": ' * 1000 + "1" + "}" * 1000)
