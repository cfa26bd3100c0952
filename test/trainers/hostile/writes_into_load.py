"""Changes the state that it was given to load."""

import os

import contract

if contract.load:
    with open(os.path.join(contract.load, "state.txt"), "a") as file:
        file.write("more")
contract.finish()
