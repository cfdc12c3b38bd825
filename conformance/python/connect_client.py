"""A client of Spark Connect: no JVM of its own, all work is the server's.

usage: connect_client.py sc://HOST:PORT

A sum by group and a Python function on the executors. Prints one line: RESULT remainder:sum ... number-of-even-numbers
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType


def main(remote):
    spark = SparkSession.builder.remote(remote).getOrCreate()
    numbers = spark.range(1, 1001, numPartitions=4)
    sums = numbers.groupBy((F.col("id") % 3).alias("remainder")).agg(F.sum("id").alias("sum")).orderBy("remainder")
    answer = ["%d:%d" % (row.remainder, row["sum"]) for row in sums.collect()]
    is_even = F.udf(lambda number: number % 2 == 0, BooleanType())
    answer.append(str(numbers.filter(is_even("id")).count()))
    print("RESULT", " ".join(answer), flush=True)
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1])
