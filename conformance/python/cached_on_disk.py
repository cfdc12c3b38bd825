"""An RDD cached on disks that outlives the executors that computed it.

usage: cached_on_disk.py FOLDER

Two executors compute two partitions at the same time, each one; both are cached on disk. Then there is a file `written` in FOLDER,
and one task reads both when there is a file `read`. When it has, the cache is emptied. Each attempt to compute a partition
leaves a file started-PARTITION-ATTEMPT. Prints one line: RESULT sum-of-both
"""

import os
import sys
import time

from pyspark import SparkContext, StorageLevel, TaskContext

PARTITIONS = 2


def main(folder):
    def started():
        return [name for name in os.listdir(folder) if name.startswith("started-")]

    def compute(numbers):
        task = TaskContext.get()
        open(os.path.join(folder, "started-%d-%d" % (task.partitionId(), task.taskAttemptId())), "w").close()
        # On one executor alone one task would wait for the other for ever.
        while len(started()) < PARTITIONS:
            time.sleep(0.05)
        return numbers

    with SparkContext() as sc:
        cached = sc.parallelize(range(1, 200001), PARTITIONS).mapPartitions(compute).persist(StorageLevel.DISK_ONLY)
        cached.count()
        open(os.path.join(folder, "written"), "w").close()
        while not os.path.exists(os.path.join(folder, "read")):
            time.sleep(0.05)
        total = cached.coalesce(1).sum()
        cached.unpersist(blocking=True)
        open(os.path.join(folder, "emptied"), "w").close()
        while not os.path.exists(os.path.join(folder, "go")):
            time.sleep(0.05)
        print("RESULT", total, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
