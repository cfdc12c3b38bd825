"""A job with two shuffles whose answer can be worked out by hand.

usage: two_shuffles.py COUNT [GATE]

Sums 1..COUNT by remainder of 97, then gathers the sums by the remainder's last digit. Prints one line:
RESULT digit:number-of-remainders:sum ...

With GATE, a folder that driver and executors share, each task of the first stage leaves a file
started-PARTITION-ATTEMPT there and waits until there is a file named open.
"""

import os
import sys
from operator import add

from pyspark import SparkContext

import gate

PARTITIONS = 4


def keyed(folder):
    def of_partition(numbers):
        if folder is not None:
            gate.hold(folder)
        return ((number % 97, number) for number in numbers)

    return of_partition


def main(count, folder):
    with SparkContext() as sc:
        sc.addPyFile(os.path.join(os.path.dirname(os.path.abspath(__file__)), "gate.py"))
        sums = sc.parallelize(range(1, count + 1), PARTITIONS).mapPartitions(keyed(folder)).reduceByKey(add, PARTITIONS)
        by_digit = sums.map(lambda pair: (pair[0] % 10, pair[1])).groupByKey(PARTITIONS)
        totals = by_digit.mapValues(lambda sums: (len(sums), sum(sums))).collect()
        print("RESULT", " ".join("%d:%d:%d" % (digit, *total) for digit, total in sorted(totals)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
