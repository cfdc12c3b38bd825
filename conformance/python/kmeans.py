"""MLlib finds two clouds of points.

usage: kmeans.py

Prints one line: RESULT then the centers, rounded, and how many points are near each.
"""

from pyspark.ml.clustering import KMeans
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession


def main():
    with SparkSession.builder.config("spark.sql.shuffle.partitions", 2).getOrCreate() as spark:
        # 200 points around (0, 0) and 100 around (10, 5).
        points = [(Vectors.dense([index % 5 - 2.0, index % 3 - 1.0]),) for index in range(0, 200)]
        points += [(Vectors.dense([10 + index % 5 - 2.0, 5 + index % 3 - 1.0]),) for index in range(0, 100)]
        frame = spark.createDataFrame(points, ["features"]).repartition(4)
        model = KMeans(k=2, seed=7).fit(frame)
        sizes = model.summary.clusterSizes
        centers = sorted(
            (round(float(center[0])), round(float(center[1])), size)
            for center, size in zip(model.clusterCenters(), sizes)
        )
        print("RESULT", " ".join("(%d,%d)x%d" % center for center in centers), flush=True)


if __name__ == "__main__":
    main()
