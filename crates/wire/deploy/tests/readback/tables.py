"""Asks a JVM with the classes of a real Spark what they are in a stream.

tables.py SPARK_HOME FOLDER: for each class in FOLDER/names.txt, a line of FOLDER/described.tsv with its name, its
serialVersionUID, its serializable superclass and its fields, as java.io.ObjectStreamClass has them. A class that this
Spark does not have, or that is not serializable there, gets none.
"""

import sys
from pathlib import Path

from py4j.protocol import Py4JJavaError

import spark_jvm


def main():
    gateway, folder = spark_jvm.start(sys.argv[1]), Path(sys.argv[2])
    names = (folder / "names.txt").read_text().split()
    rows = [describe(gateway.jvm, name) for name in names]
    (folder / "described.tsv").write_text("".join(f"{row}\n" for row in rows if row))
    gateway.shutdown()


def describe(jvm, name):
    describe_class = jvm.java.io.ObjectStreamClass.lookup
    try:
        described = jvm.java.lang.Class.forName(name)
    except Py4JJavaError:
        return None
    stream = describe_class(described)
    if stream is None:
        return None
    parent = described.getSuperclass()
    parent = parent.getName() if parent and describe_class(parent) else "-"
    fields = [
        f"{field.getName()}:{field.getTypeCode() if field.isPrimitive() else field.getTypeString()}"
        for field in stream.getFields()
    ]
    return "\t".join([name, str(stream.getSerialVersionUID()), parent, " ".join(fields) or "-"])


main()
