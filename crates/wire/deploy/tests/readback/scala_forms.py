"""Writes messages that hold Scala's and Java's collections, as a real Scala serialises them.

scala_forms.py SPARK_HOME FOLDER: makes FOLDER/sequence-NAME-SIZE.bin, a KillExecutors with the executors "0", "1" and so
on, and FOLDER/map-NAME-SIZE.bin, a RequestSubmitDriver whose command has the environment "0" -> "value 0" and so on.
"""

import sys
from pathlib import Path

import spark_jvm

SIZES = [0, 1, 2, 3, 4, 5, 32, 33, 1100, 33000]


def main():
    gateway, folder = spark_jvm.start(sys.argv[1]), Path(sys.argv[2])
    scala_213 = any((Path(sys.argv[1]) / "jars").glob("scala-library-2.13*"))
    deploy = gateway.jvm.org.apache.spark.deploy

    def write(kind, name, size, message):
        (folder / f"{kind}-{name}-{size}.bin").write_bytes(spark_jvm.serialise(gateway, message))

    kill_executors = getattr(deploy, "DeployMessages$KillExecutors")
    for name, size, sequence in sequences(gateway.jvm, scala_213):
        write("sequence", name, size, kill_executors("app-1", sequence))
    submit_driver = getattr(deploy, "DeployMessages$RequestSubmitDriver")
    nothing = as_scala(gateway.jvm, scala_213, texts(gateway.jvm, 0, 0)).toList()
    for name, size, entries in maps(gateway.jvm, scala_213):
        command = deploy.Command("Main", nothing, entries, nothing, nothing, nothing)
        driver = deploy.DriverDescription("file:/app.jar", 1, 1, False, command, nothing)
        write("map", name, size, submit_driver(driver))
    gateway.shutdown()


def texts(jvm, first, end):
    """A java.util.ArrayList of numbers as texts."""
    # Split over there: one call, not one per element.
    joined = ",".join(str(number) for number in range(first, end))
    return jvm.java.util.Collections.list(jvm.java.util.StringTokenizer(joined, ","))


def as_scala(jvm, scala_213, collection):
    """A Java list or map behind a Scala face."""
    if scala_213:
        return jvm.scala.jdk.javaapi.CollectionConverters.asScala(collection)
    converters = jvm.scala.collection.JavaConverters
    if isinstance_of(jvm, collection, "java.util.Map"):
        return converters.mapAsScalaMapConverter(collection).asScala()
    return converters.asScalaBufferConverter(collection).asScala()


def isinstance_of(jvm, value, name):
    return jvm.java.lang.Class.forName(name).isInstance(value)


def sequences(jvm, scala_213):
    """Name, size and sequence."""
    for size in SIZES:
        buffer = as_scala(jvm, scala_213, texts(jvm, 0, size))
        yield "list", size, buffer.toList()
        yield "vector", size, buffer.toVector()
        # Four more in front, taken away again: the first index of the vector is not that of its first block.
        longer = as_scala(jvm, scala_213, texts(jvm, -4, size)).toVector()
        yield "dropped-vector", size, longer.drop(4)
        if not scala_213:
            # The message of 2.13 takes no mutable sequence.
            yield "java-list", size, buffer
            yield "array-buffer", size, filled(jvm.scala.collection.mutable.ArrayBuffer(), buffer)
    yield "grown-vector", 80, grown_vector(jvm, scala_213, 80)


def filled(mutable, elements):
    mutable.appendAll(elements)
    return mutable


def grown_vector(jvm, scala_213, size):
    """Appended to one by one, then changed at both ends: in 2.12 its path of newest blocks is not the one it shows."""
    vector = as_scala(jvm, scala_213, texts(jvm, 0, 5)).toVector()
    for number in range(5, size):
        vector = vector.appended(str(number)) if scala_213 else vector.appendBack(str(number))
    for index in (0, size - 1, size // 2):
        changed = (index, str(index))
        vector = vector.updated(*changed) if scala_213 else vector.updateAt(*changed)
    return vector


def maps(jvm, scala_213):
    """Name, size and map."""
    if scala_213:
        same_type = getattr(getattr(jvm.scala, "$less$colon$less$"), "MODULE$").refl()
    else:
        same_type = getattr(jvm.scala.Predef, "$conforms")()
    for size in SIZES[:-2]:
        entries = jvm.java.util.LinkedHashMap()
        for number in range(size):
            entries.put(str(number), f"value {number}")
        faced = as_scala(jvm, scala_213, entries)
        yield "java-map", size, faced
        immutable = faced.toMap(same_type)
        yield "map", size, immutable
        yield "map-with-default", size, immutable.withDefaultValue("none")
        for name in ("HashMap", "LinkedHashMap"):
            mutable = getattr(jvm.scala.collection.mutable, name)()
            for number in range(size):
                mutable.put(str(number), f"value {number}")
            yield name, size, mutable


main()
