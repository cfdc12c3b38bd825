"""A task that prints numbered lines, which end up in its executor's stderr.

usage: printing.py LINES GATE

Prints LINES lines at once, then one every tenth of a second until there is a file named open in GATE. The driver says
how many and ends when there is a file named end: what a task printed is on its way through the executor for a while.
"""

import itertools
import os
import sys
import time

from pyspark import SparkContext


def printing(lines, folder):
    def of_partition(_):
        for number in itertools.count():
            print("line %07d of the task" % number, flush=number >= lines)
            if number >= lines:
                if os.path.exists(os.path.join(folder, "open")):
                    return [number + 1]
                time.sleep(0.1)

    return of_partition


def main(lines, folder):
    with SparkContext() as sc:
        print("RESULT", sc.parallelize([0], 1).mapPartitions(printing(lines, folder)).sum(), flush=True)
        while not os.path.exists(os.path.join(folder, "end")):
            time.sleep(0.1)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
