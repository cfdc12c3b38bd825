#!/bin/sh
# small-root.sh PROGRAM ROOT: a root file system that holds the program and what it needs to run.
set -eu
program=$1 root=$2
mkdir -p "$root/opt/hearth/bin" "$root/etc/ssl/certs" "$root/usr/share" "$root/opt/spark/conf" "$root/tmp"
chmod 1777 "$root/tmp"
# What volumes are mounted on: an empty volume has the owner of what it hides.
install -d -o 185 -g 185 "$root/opt/spark/local" "$root/opt/spark/state"
install -m 755 "$program" "$root/opt/hearth/bin/hearth"
ln -s hearth "$root/opt/hearth/bin/hearth-java"

# Its libraries, each where the loader looks for it.
ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done

cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
cp -R /usr/share/zoneinfo "$root/usr/share/"
printf 'root:x:0:0:root:/root:/sbin/nologin\nspark:x:185:185:spark:/tmp:/sbin/nologin\n' > "$root/etc/passwd"
printf 'root:x:0:\nspark:x:185:\n' > "$root/etc/group"
printf 'hosts: files dns\n' > "$root/etc/nsswitch.conf"
