"""Four tasks that start together, wait for each other and tell each other who they are.

usage: barrier.py

Prints one line: RESULT then what each of the four tasks heard from all of them, and their sum.
"""

from pyspark import BarrierTaskContext, SparkContext

TASKS = 4


def meet(numbers):
    context = BarrierTaskContext.get()
    context.barrier()
    heard = context.allGather("%d:%d" % (context.partitionId(), sum(numbers)))
    assert len(context.getTaskInfos()) == TASKS
    yield "+".join(sorted(heard))


def main():
    with SparkContext() as sc:
        heard = sc.parallelize(range(1, 101), TASKS).barrier().mapPartitions(meet).collect()
        print("RESULT", " ".join(heard), flush=True)


if __name__ == "__main__":
    main()
