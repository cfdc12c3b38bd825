#!/bin/sh
# kernels.sh SPARKS FOLDER PACKAGES: a kernel for each Spark, so that a notebook can choose which one its session is of.
set -eu
for home in "$1"/*; do
  version=$(basename "$home")
  home=$(readlink -f "$home")
  py4j=$(ls "$home"/python/lib/py4j-*-src.zip)
  mkdir -p "$2/pyspark-$version"
  cat > "$2/pyspark-$version/kernel.json" <<END
{
  "display_name": "PySpark $version",
  "language": "python",
  "argv": ["python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
  "env": {"SPARK_HOME": "$home", "PYTHONPATH": "$home/python:$py4j"}
}
END
done

# Jupyter's own kernel has the Spark that SPARK_HOME names.
home=$(readlink -f "$1/../spark")
printf '%s\n' "$home/python" "$(ls "$home"/python/lib/py4j-*-src.zip)" > "$3/spark.pth"
