export SPARK_MASTER_OPTS="-Dspark.deploy.defaultCores=2"
