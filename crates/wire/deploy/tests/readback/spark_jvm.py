"""A JVM with the classes of a real Spark."""

from pathlib import Path

from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway


def start(home):
    """The gateway to a JVM that ends when this process does; `home` is a SPARK_HOME."""
    jars = Path(home) / "jars"
    port = launch_gateway(
        jarpath=str(next(jars.glob("py4j-*.jar"))), classpath=str(jars / "*"), die_on_exit=True
    )
    return JavaGateway(gateway_parameters=GatewayParameters(port=port))


def serialise(gateway, value):
    """The Java stream of an object."""
    io = gateway.jvm.java.io
    sink = io.ByteArrayOutputStream()
    target = io.ObjectOutputStream(sink)
    target.writeObject(value)
    target.close()
    return sink.toByteArray()
