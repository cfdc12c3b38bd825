"""The gate that holds tasks until a test opens it; ships to the executors with addPyFile."""

import os
import time

from pyspark import TaskContext


def hold(folder, note=""):
    """Leaves a file started-PARTITION-ATTEMPT with a note in the folder, then waits there for a file named open."""
    context = TaskContext.get()
    name = "started-%d-%d" % (context.partitionId(), context.attemptNumber())
    draft = os.path.join(folder, "draft-of-" + name)
    with open(draft, "w") as file:
        file.write(note)
    os.rename(draft, os.path.join(folder, name))
    while not os.path.exists(os.path.join(folder, "open")):
        time.sleep(0.05)
