"""Is started as a resident process and never says hello."""

import time

while True:
    time.sleep(1)
