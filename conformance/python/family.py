"""Tasks that start processes of their own, in all the ways in which those can outlive them.

usage: family.py GATE [with-driver]

Each of the two tasks starts processes that sleep, notes in GATE which process descends from which, and waits there until
there is a file named open. With the second argument the driver starts one too.
"""

import os
import subprocess
import sys

from pyspark import SparkContext

import gate

SLEEP = ["sleep", "100000"]


def parent(pid):
    with open("/proc/%d/stat" % pid) as file:
        return int(file.read().rpartition(")")[2].split()[1])


def start_all():
    children = [
        subprocess.Popen(SLEEP),
        subprocess.Popen(SLEEP, preexec_fn=os.setpgrp),
        subprocess.Popen(SLEEP, start_new_session=True),
    ]
    # A daemon as it is in the books: nobody's child in nobody's session.
    daemon = subprocess.run(["sh", "-c", "setsid %s > /dev/null & echo $!" % " ".join(SLEEP)], stdout=subprocess.PIPE)
    return [child.pid for child in children] + [int(daemon.stdout)]


def held(folder):
    def of_partition(numbers):
        worker = os.getpid()
        python_daemon = parent(worker)
        executor = parent(python_daemon)
        gate.hold(folder, " ".join(str(pid) for pid in [executor, python_daemon, worker] + start_all()))
        return numbers

    return of_partition


def main(folder, with_driver):
    if with_driver:
        start_all()
    with SparkContext() as sc:
        sc.addPyFile(os.path.join(os.path.dirname(os.path.abspath(__file__)), "gate.py"))
        print("RESULT", sc.parallelize(range(2), 2).mapPartitions(held(folder)).sum(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], len(sys.argv) > 2)
