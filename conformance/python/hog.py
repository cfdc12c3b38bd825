"""A job whose only task takes so many MiB in Python's own process, and fills them.

usage: hog.py MIB

Prints RESULT MIB when it got them.
"""

import sys

from pyspark import SparkContext

MIB = 1 << 20


def take(mib):
    held = [bytearray(b"x" * MIB) for _ in range(mib)]
    return len(held)


if __name__ == "__main__":
    with SparkContext() as sc:
        print("RESULT", sc.parallelize([int(sys.argv[1])], 1).map(take).first(), flush=True)
