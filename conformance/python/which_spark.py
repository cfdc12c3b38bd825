"""Says which Spark the driver and its executors are of.

usage: which_spark.py

Sums numbers with a shuffle as well, so that executors speak to each other and to the driver. Prints one line:
RESULT driver-version executor-version,... sum
"""

from operator import add

import pyspark
from pyspark import SparkContext

COUNT = 1000


def version_of_executor(_):
    # This module comes from the SPARK_HOME of the executor that runs the task.
    yield pyspark.__version__


if __name__ == "__main__":
    with SparkContext() as sc:
        versions = sc.parallelize(range(4), 4).mapPartitions(version_of_executor).distinct().collect()
        numbers = sc.parallelize(range(1, COUNT + 1), 4)
        total = numbers.map(lambda number: (number % 7, number)).reduceByKey(add, 4).values().sum()
        print("RESULT", pyspark.__version__, ",".join(sorted(versions)), total, flush=True)
