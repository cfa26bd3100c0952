"""Trains and saves, but never says anything."""

import contract

contract.write_state()
