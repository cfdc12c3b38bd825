# Variables for all daemons, as in Spark's own spark-env.sh, such as:
# SPARK_MASTER_OPTS="-Dspark.deploy.defaultCores=2"
