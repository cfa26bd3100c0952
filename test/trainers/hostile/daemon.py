"""Leaves a process behind in a session of its own, which holds its output open."""

import subprocess

import contract

subprocess.Popen(["sleep", "300"], start_new_session=True)
contract.finish()
