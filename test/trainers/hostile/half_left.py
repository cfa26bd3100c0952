"""Ends well, but its save was not finished."""

import os

import contract

os.makedirs(os.path.join(contract.save, ".partial"))
contract.finish()
