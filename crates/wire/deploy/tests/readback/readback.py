"""Reads Java streams with the classes of a real Spark, and writes them again.

readback.py SPARK_HOME FOLDER: for each NAME.bin in FOLDER, NAME.text becomes the object's toString (or the exception
that reading it threw), and NAME.again the stream that this JVM writes of the object.
"""

import sys
from pathlib import Path

from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway


def main():
    home, folder = Path(sys.argv[1]), Path(sys.argv[2])
    jars = home / "jars"
    port = launch_gateway(
        jarpath=str(next(jars.glob("py4j-*.jar"))), classpath=str(jars / "*"), die_on_exit=True
    )
    # Without conversion a java.lang.Boolean would come as Python's own.
    gateway = JavaGateway(gateway_parameters=GatewayParameters(port=port))
    io, objects = gateway.jvm.java.io, gateway.jvm.java.util.Objects
    for stream in sorted(folder.glob("*.bin")):
        try:
            source = io.ObjectInputStream(io.ByteArrayInputStream(stream.read_bytes()))
            read = source.readObject()
            text = objects.toString(read)
            sink = io.ByteArrayOutputStream()
            target = io.ObjectOutputStream(sink)
            target.writeObject(read)
            target.close()
            stream.with_suffix(".again").write_bytes(sink.toByteArray())
        except Exception as exception:  # told to the test, which knows what to make of it
            java = getattr(exception, "java_exception", None)
            text = str(java.toString() if java is not None else exception)
        stream.with_suffix(".text").write_text(text)
    gateway.shutdown()


main()
