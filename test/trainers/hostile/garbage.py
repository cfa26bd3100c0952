"""Prints lines that look like reports, and much that does not."""

import contract

print("epoch 1: loss=0.3, step 99999")
print("polytempo is printed here, but no JSON")
print('polytempo {"q": ')
print('{"step": -5, "q": "none"}')
print("\x1b[31mred\x1b[0m\r 50%|#####     | 5/10\r100%|##########| 10/10")
contract.finish()
