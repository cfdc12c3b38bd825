"""An application of two files: prints what the other one says, to the driver and to an executor.

usage: two_files.py WORD...
"""

import sys

import other_file
from pyspark import SparkContext


def main(words):
    with SparkContext() as sc:
        told = sc.parallelize(words, 2).map(lambda word: __import__("other_file").told(word)).collect()
        print("RESULT", sc.appName, other_file.told("driver"), *told, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
