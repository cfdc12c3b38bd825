//! Java Object Serialization Streams as a generic object graph, both ways. Knows no Spark.
