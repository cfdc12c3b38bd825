import socket
import time

import pandas
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, pandas_udf

spark = SparkSession.builder.appName("notebook").getOrCreate()


@pandas_udf("long")
def one(values: pandas.Series) -> pandas.Series:
    return values * 0 + 1


# Only when there is an executor on each Worker, the driver's own entry besides, can a job be seen to run on both.
tracker = spark.sparkContext._jsc.sc().statusTracker()
while len(tracker.getExecutorInfos()) < 3:
    time.sleep(0.2)
slow = spark.sparkContext.parallelize(range(8), 8).map(lambda _: (time.sleep(1), socket.gethostname())[1])
hosts = slow.distinct().count()

numbers = spark.range(100).repartition(4)
total = numbers.groupBy((col("id") % 3).alias("rest")).sum("id").agg({"sum(id)": "sum"}).first()[0]
counted = numbers.select(one("id").alias("one")).agg({"one": "sum"}).first()[0]
print("MASTER", spark.sparkContext.master, "SUM", total, "PANDAS", counted, "HOSTS", hosts)
spark.stop()
