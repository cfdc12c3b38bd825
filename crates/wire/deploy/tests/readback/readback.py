"""Reads Java streams with the classes of a real Spark, and writes them again.

readback.py SPARK_HOME FOLDER: for each NAME.bin in FOLDER, NAME.text becomes the object's toString (or the exception
that reading it threw), and NAME.again the stream that this JVM writes of the object.
"""

import sys
from pathlib import Path

import spark_jvm


def main():
    gateway = spark_jvm.start(sys.argv[1])
    io, objects = gateway.jvm.java.io, gateway.jvm.java.util.Objects
    for stream in sorted(Path(sys.argv[2]).glob("*.bin")):
        try:
            read = io.ObjectInputStream(io.ByteArrayInputStream(stream.read_bytes())).readObject()
            text = objects.toString(read)
            stream.with_suffix(".again").write_bytes(spark_jvm.serialise(gateway, read))
        except Exception as exception:  # told to the test, which knows what to make of it
            java = getattr(exception, "java_exception", None)
            text = str(java.toString() if java is not None else exception)
        stream.with_suffix(".text").write_text(text)
    gateway.shutdown()


main()
