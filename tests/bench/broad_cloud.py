"""
The simulator with a longer listen backlog than the five of the standard library.

`python -m tests.bench.broad_cloud --port PORT ...` takes what `manage.py simulator` does.
"""

import sys

from django.core.management import execute_from_command_line

from clusters.simulator.server import SimulatorServer

if __name__ == "__main__":
    SimulatorServer.request_queue_size = 128
    execute_from_command_line(["manage.py", "simulator", *sys.argv[1:]])
