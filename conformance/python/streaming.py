"""A streaming query that is stopped and goes on from its checkpoint.

usage: streaming.py FOLDER

Each file of numbers is a batch; numbers that came before are dropped, by state that the executors keep. The query
reads three files and stops. Then come two more, and a second query goes on where the first ended. Prints one line:
RESULT number-of-batches how-many-numbers their-sum
"""

import os
import sys

from pyspark.sql import SparkSession


def write_file(folder, number, values):
    # A file appears whole: the query may look at any moment.
    draft = os.path.join(folder, ".draft")
    with open(draft, "w") as file:
        file.writelines("%d\n" % value for value in values)
    os.rename(draft, os.path.join(folder, "%d.csv" % number))


def run_to_the_end_of_input(spark, folder):
    numbers = spark.readStream.schema("value INT").option("maxFilesPerTrigger", 1).csv(os.path.join(folder, "input"))
    query = (
        numbers.dropDuplicates(["value"])
        .writeStream.format("parquet")
        .option("path", os.path.join(folder, "output"))
        .option("checkpointLocation", os.path.join(folder, "checkpoint"))
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()


def main(folder):
    source = os.path.join(folder, "input")
    os.makedirs(source)
    with SparkSession.builder.config("spark.sql.shuffle.partitions", 2).getOrCreate() as spark:
        for number in range(3):
            write_file(source, number, range(number * 10, number * 10 + 15))
        run_to_the_end_of_input(spark, folder)
        for number in range(3, 5):
            write_file(source, number, range(number * 10, number * 10 + 15))
        run_to_the_end_of_input(spark, folder)
        batches = len([name for name in os.listdir(os.path.join(folder, "checkpoint", "commits")) if name.isdigit()])
        values = [row.value for row in spark.read.parquet(os.path.join(folder, "output")).collect()]
        print("RESULT", batches, len(values), sum(values), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
