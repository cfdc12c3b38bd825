"""A stage whose tasks want a gpu each, on executors of a profile of their own.

usage: gpu_stage.py GATE

The stage before it runs on executors of the default profile, which have none. Each of the four tasks of the gpu stage
says to the gate which addresses it got and in which folder its executor works. Prints one line:
RESULT number-of-gpus-of-the-first-stage number-of-gpus-of-the-second the-sum
"""

import os
import sys

from pyspark import SparkContext, TaskContext
from pyspark.resource import ExecutorResourceRequests, ResourceProfileBuilder, TaskResourceRequests

import gate

TASKS = 4


def addresses():
    resources = TaskContext.get().resources()
    return resources["gpu"].addresses if "gpu" in resources else []


def on_gpus(folder):
    def held(numbers):
        own = addresses()
        gate.hold(folder, "%s %s" % (os.getcwd(), ",".join(own)))
        return [(len(own), sum(numbers))]

    return held


def main(folder):
    with SparkContext() as sc:
        sc.addPyFile(os.path.join(os.path.dirname(os.path.abspath(__file__)), "gate.py"))
        executors = ExecutorResourceRequests().cores(1).memory("512m").resource("gpu", 1)
        tasks = TaskResourceRequests().cpus(1).resource("gpu", 1)
        profile = ResourceProfileBuilder().require(executors).require(tasks).build
        before = sc.parallelize(range(TASKS), TASKS).map(lambda _: len(addresses())).sum()
        answers = sc.parallelize(range(1, 101), TASKS).withResources(profile).mapPartitions(on_gpus(folder)).collect()
        print("RESULT", before, sum(one for one, _ in answers), sum(one for _, one in answers), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
