"""Readers of a shuffle that stop in the middle of it.

usage: half_read.py FOLDER

Each of four map tasks writes blocks of 8 MiB for two readers. When all are written there is a file `written` in FOLDER, and
the reading begins when there is a file `read`. A reader that has its first record leaves a file reading-PARTITION-TASK and
goes on when there is a file `go`: the pipes between Spark and Python hold less than what is left by then. Each attempt of a map
task leaves a file started-PARTITION-TASK. Prints one line: RESULT bytes checksum expected-checksum
"""

import os
import random
import sys
import time
import zlib

from pyspark import SparkContext, TaskContext

MAPS, READERS, RECORDS, RECORD_BYTES = 4, 2, 128, 64 << 10


def records(number):
    """What a map task writes: nothing that a compressor makes smaller."""
    source = random.Random(number)
    for record in range(RECORDS * READERS):
        yield record % READERS, source.getrandbits(8 * RECORD_BYTES).to_bytes(RECORD_BYTES, "big")


def note(folder, what):
    task = TaskContext.get()
    open(os.path.join(folder, "%s-%d-%d" % (what, task.partitionId(), task.taskAttemptId())), "w").close()


def wait_for(folder, name):
    while not os.path.exists(os.path.join(folder, name)):
        time.sleep(0.05)


def checksum(payloads):
    # A sum: records of different map tasks come in any order.
    return sum(zlib.crc32(payload) for payload in payloads)


def main(folder):
    def write(numbers):
        note(folder, "started")
        for number in numbers:
            yield from records(number)

    def read(pairs):
        size, total = 0, 0
        for _, payload in pairs:
            if size == 0:
                note(folder, "reading")
                wait_for(folder, "go")
            size, total = size + len(payload), total + checksum([payload])
        yield size, total

    with SparkContext() as sc:
        written = sc.parallelize(range(MAPS), MAPS).mapPartitions(write).partitionBy(READERS, lambda key: key)
        # No reader looks at what it is given here: that would be reading.
        written.mapPartitions(lambda pairs: [next(pairs) is None]).count()
        open(os.path.join(folder, "written"), "w").close()
        wait_for(folder, "read")
        found = written.mapPartitions(read).collect()
        expected = sum(checksum(payload for _, payload in records(number)) for number in range(MAPS))
        print("RESULT", sum(size for size, _ in found), sum(total for _, total in found), expected, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
