"""Two waves of work with nothing between them, for a cluster that gives and takes executors.

usage: two_waves.py FOLDER

Each wave has a folder: FOLDER/first, FOLDER/second. A wave begins when its folder has a file named begin; its four
tasks are held by the gate there. Prints one line: RESULT then the sum of what both waves computed.
"""

import os
import sys
import time

from pyspark import SparkContext

import gate

TASKS = 4


def wave(sc, folder):
    while not os.path.exists(os.path.join(folder, "begin")):
        time.sleep(0.05)

    def held(numbers):
        gate.hold(folder)
        return [sum(numbers)]

    return sc.parallelize(range(1, 1001), TASKS).mapPartitions(held).sum()


def main(folder):
    with SparkContext() as sc:
        sc.addPyFile(os.path.join(os.path.dirname(os.path.abspath(__file__)), "gate.py"))
        print("RESULT", sum(wave(sc, os.path.join(folder, name)) for name in ("first", "second")), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
