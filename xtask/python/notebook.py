import pandas
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, pandas_udf

spark = SparkSession.builder.appName("notebook").getOrCreate()
assert spark.sparkContext.master == "spark://spark-master:7077", spark.sparkContext.master


@pandas_udf("long")
def one(values: pandas.Series) -> pandas.Series:
    return values * 0 + 1


numbers = spark.range(100).repartition(4)
total = numbers.groupBy((col("id") % 3).alias("rest")).sum("id").agg({"sum(id)": "sum"}).first()[0]
counted = numbers.select(one("id").alias("one")).agg({"one": "sum"}).first()[0]
print("SUM", total, "PANDAS", counted)
spark.stop()
