"""A job with two shuffles whose answer can be worked out by hand.

usage: two_shuffles.py COUNT [GATE]

Sums 1..COUNT by remainder of 97, then gathers the sums by the remainder's last digit. Prints one line:
RESULT digit:number-of-remainders:sum ...

With GATE, a folder that driver and executors share, each task of the first stage leaves a file
started-PARTITION-ATTEMPT there and waits until there is a file named open.
"""

import os
import sys
import time
from operator import add

from pyspark import SparkContext, TaskContext

PARTITIONS = 4


def keyed(gate):
    def of_partition(numbers):
        if gate is not None:
            context = TaskContext.get()
            name = "started-%d-%d" % (context.partitionId(), context.attemptNumber())
            open(os.path.join(gate, name), "w").close()
            while not os.path.exists(os.path.join(gate, "open")):
                time.sleep(0.05)
        return ((number % 97, number) for number in numbers)

    return of_partition


def main(count, gate):
    with SparkContext() as sc:
        sums = sc.parallelize(range(1, count + 1), PARTITIONS).mapPartitions(keyed(gate)).reduceByKey(add, PARTITIONS)
        by_digit = sums.map(lambda pair: (pair[0] % 10, pair[1])).groupByKey(PARTITIONS)
        totals = by_digit.mapValues(lambda sums: (len(sums), sum(sums))).collect()
        print("RESULT", " ".join("%d:%d:%d" % (digit, *total) for digit, total in sorted(totals)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
