"""Runs one command for `Measured`: run_once.py DESCRIPTOR COMMAND…

A process starts with the peak memory of the one that made it, so a bench that compared two trees would lend its own peak to the next command. This one is
small and does nothing else. It writes wall and CPU seconds, peak memory in kB and the exit code to the descriptor.
"""
import json
import os
import sys
import time

told = int(sys.argv[1])
os.set_inheritable(told, False)
started = time.monotonic()
_, status, usage = os.wait4(os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ), 0)
wall = time.monotonic() - started
os.write(told, json.dumps([wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]).encode())
