"""Cached blocks and shuffle files that outlive the executor that made them.

usage: moved_blocks.py GATE

Caches four partitions, computed behind the gate by four tasks at once, and shuffles them. Then leaves a file named
made in the folder GATE and waits there for a file named go. What is computed afterwards comes from the cache and from
the shuffle files. Prints one line: RESULT sum-of-the-cache sum-of-the-shuffle times-a-partition-was-computed
times-a-shuffle-file-was-written
"""

import os
import sys
import time
from operator import add

from pyspark import SparkContext

import gate

PARTITIONS = 4


def main(folder):
    with SparkContext() as sc:
        sc.addPyFile(os.path.join(os.path.dirname(os.path.abspath(__file__)), "gate.py"))
        computed, written = sc.accumulator(0), sc.accumulator(0)

        def compute(numbers):
            computed.add(1)
            gate.hold(folder)
            return numbers

        def write(numbers):
            written.add(1)
            return ((number % 7, number) for number in numbers)

        cached = sc.parallelize(range(1, 101), PARTITIONS).mapPartitions(compute).cache()
        cached.count()
        shuffled = cached.mapPartitions(write).reduceByKey(add, PARTITIONS)
        shuffled.count()
        open(os.path.join(folder, "made"), "w").close()
        while not os.path.exists(os.path.join(folder, "go")):
            time.sleep(0.05)
        print("RESULT", cached.sum(), shuffled.values().sum(), computed.value, written.value, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
