"""Two stages that last long enough to be hurt. What they print is right only if nothing was lost and nothing counted twice.

hurt.py TASKS SECONDS: each stage has so many tasks of two numbers, each of which takes so long.
"""

import sys
import time

from pyspark.sql import SparkSession

tasks, seconds = int(sys.argv[1]), float(sys.argv[2])
context = SparkSession.builder.appName("hurt").getOrCreate().sparkContext


def slow(number):
    time.sleep(seconds)
    return (number % (2 * tasks), number)


def slow_again(pair):
    time.sleep(seconds)
    return pair[1]


numbers = context.parallelize(range(2 * tasks), tasks)
sums = numbers.map(slow).reduceByKey(lambda one, other: one + other, tasks).map(slow_again)
print("SUM", sums.reduce(lambda one, other: one + other))
