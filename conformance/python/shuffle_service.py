"""Shuffles whose files outlive the executors that wrote them.

usage: shuffle_service.py ROWS FOLDER

Joins two tables of ROWS rows by a sort-merge join, and prints JOIN count sum. Then sums 1..ROWS by remainder of 97: when
the first job over that shuffle has ended there is a file `written` in FOLDER. Two jobs that read the same shuffles again
begin when there is a file `read`: AGAIN and how many joined rows have a sum that 100003 divides, before and after; and RESULT
sum-of-sums number-of-sums. Each attempt of a map task of the last shuffle leaves a file started-PARTITION-ATTEMPT in FOLDER: as
many as partitions, if no map stage ran again.
"""

import os
import sys
import time
from operator import add

from pyspark import TaskContext
from pyspark.sql import Observation, SparkSession
from pyspark.sql import functions

PARTITIONS = 4


def noted(folder):
    def of_partition(numbers):
        task = TaskContext.get()
        name = "started-%d-%d-%d" % (task.partitionId(), task.stageId(), task.taskAttemptId())
        open(os.path.join(folder, name), "w").close()
        return ((number % 97, number) for number in numbers)

    return of_partition


def join(spark, rows):
    left = spark.range(rows).select(functions.col("id").alias("key"), (functions.col("id") * 3).alias("left"))
    right = spark.range(rows).select((functions.col("id") * 2).alias("key"), functions.col("id").alias("right"))
    joined = left.join(right.hint("merge"), "key").withColumn("sum", functions.col("left") + functions.col("right"))
    seen = Observation()
    counted = joined.observe(seen, functions.count("*").alias("count"), functions.sum("sum").alias("sum"))
    # No shuffle follows the join: whoever collects this again reads the shuffles before it again, and nothing else.
    few = counted.where("sum % 100003 = 0")
    rows = few.collect()
    print("JOIN", seen.get["count"], seen.get["sum"], flush=True)
    return few, len(rows)


def main(rows, folder):
    spark = SparkSession.builder.getOrCreate()
    sc = spark.sparkContext
    few, before = join(spark, rows)
    sums = sc.parallelize(range(1, rows + 1), PARTITIONS).mapPartitions(noted(folder)).reduceByKey(add, PARTITIONS)
    sums.count()
    open(os.path.join(folder, "written"), "w").close()
    while not os.path.exists(os.path.join(folder, "read")):
        time.sleep(0.05)
    # A plan says this when it is made, but not when it is run again.
    in_batches = spark.conf.get("spark.sql.adaptive.fetchShuffleBlocksInBatch", "true")
    sc.setLocalProperty("__fetch_continuous_blocks_in_batch_enabled", in_batches)
    print("AGAIN", before, len(few.collect()), flush=True)
    sc.setLocalProperty("__fetch_continuous_blocks_in_batch_enabled", "false")
    found = sums.collect()
    print("RESULT", sum(total for _, total in found), len(found), flush=True)
    spark.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
