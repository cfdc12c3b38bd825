#!/bin/sh
# install-spark.sh VERSION ROOT S3A: a Spark from PyPI, laid out as its release archive is, with Hearth's spark-class in
# front. The first one becomes ROOT/spark; each is found below ROOT/sparks as well, where SPARK_HOMES looks.
set -eu
version=$1 root=$2 s3a=$3
here=$(dirname "$0")
scratch=$(mktemp -d)

pip3 install --no-cache-dir --quiet --target "$scratch" "pyspark==$version"

if [ -e "$root/spark" ]; then home=$root/sparks/$version; else home=$root/spark; fi
mkdir -p "$home/python/lib" "$home/python/pyspark" "$home/conf" "$root/sparks"
[ "$home" != "$root/spark" ] || ln -s ../spark "$root/sparks/$version"

# What the archive has at its top and PyPI's package has inside.
for part in bin sbin jars examples data licenses LICENSE NOTICE; do
  [ ! -e "$scratch/pyspark/$part" ] || mv "$scratch/pyspark/$part" "$home/"
done
cp -R "$scratch/pyspark/." "$home/python/pyspark/"
py4j=$(basename "$(ls -d "$scratch"/py4j-*.dist-info)" .dist-info)
(cd "$scratch" && zip -qr "$home/python/lib/$py4j-src.zip" py4j -x '*.pyc')
(cd "$home/python" && zip -qr lib/pyspark.zip pyspark -x '*.pyc')

# PyPI's package has no jar of examples, the archive has.
scala=$(basename "$home"/jars/spark-core_*.jar | sed 's/spark-core_\([0-9.]*\)-.*/\1/')
classes=$scratch/classes
mkdir -p "$classes" "$home/examples/jars"
javac --release 17 -nowarn -classpath "$home/jars/*" -d "$classes" "$here"/examples/*.java
examples=$home/examples/jars/spark-examples_$scala-$version.jar
jar cf "$examples" -C "$classes" .
find "$home/bin" "$home/sbin" -type f -exec chmod 755 {} +

# Nor has it s3a:, in which event logs are written: Hadoop's own module, of the same release, fetched as Spark itself
# fetches packages. It brings what it depends on; the job shows that this Spark runs.
[ "$s3a" != yes ] || packages="--packages org.apache.hadoop:hadoop-aws:$(
  basename "$home"/jars/hadoop-client-api-*.jar .jar | sed 's/hadoop-client-api-//')"
SPARK_HOME=$home SPARK_LOCAL_HOSTNAME=localhost SPARK_SUBMIT_OPTS="-Duser.home=/maven" "$home/bin/spark-submit" ${packages:-} --conf spark.jars.ivy="$scratch/ivy" \
  --master 'local[1]' --class org.apache.spark.examples.SparkPi "$examples" 1 || {
  echo "install-spark.sh: Spark $version does not run here ${packages:+or cannot fetch $packages; S3A=no does without}" >&2
  exit 1
}
for jar in "$scratch"/ivy/jars/*.jar; do
  # It names them GROUP_NAME-VERSION.jar.
  [ ! -e "$jar" ] || cp "$jar" "$home/jars/$(basename "$jar" | sed 's/^[^_]*_//')"
done

mv "$home/bin/spark-class" "$home/bin/spark-class-jvm"
install -m 755 "$here/spark-class" "$home/bin/spark-class"
rm -rf "$scratch"
