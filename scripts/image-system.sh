#!/bin/sh
# image-system.sh DIRECTORY: makes a root file system of the Debian packages that Node.js links to, a shell for the commands that users give,
# and the names of users. No package manager and no tools: they would only serve those who break in. dpkg's list of what there is stays,
# for scanners, and so do the licences. Runs in an image of Node.js for Debian.
set -eu
directory=${1:?usage: image-system.sh DIRECTORY}

# A library is in the list of its package under /lib or /usr/lib.
linked=$(ldd /usr/local/bin/node | sed -n 's/^\t\(.*\) => \/.*/\1/p' | while read -r library; do dpkg-query --search "*/$library"; done | cut -d: -f1)
# Some packages have their licence in another.
licences=$(for package in $linked; do dpkg-query --search "$(readlink -f "/usr/share/doc/$package")/copyright"; done | cut -d: -f1)
packages=$(printf '%s\n' base-files dash "$linked" "$licences" | sort -u)

mkdir -p "$directory/usr/bin" "$directory/usr/sbin" "$directory/usr/lib" "$directory/usr/lib64" "$directory/usr/local/bin" "$directory/var/lib/dpkg"
for package in $packages; do
  dpkg-query --status "$package"
  echo
done >"$directory/var/lib/dpkg/status"
# Not the conversions of character sets, of which Node.js has its own; and of the docs the licences.
for package in $packages; do dpkg-query --listfiles "$package"; done | sort -u |
  grep -v -e /gconv -e /usr/share/man -e /usr/share/lintian -e '/usr/share/doc/.*/[^c]' | sed -n 's#^/\(.\)#\1#p' |
  while read -r file; do if [ -e "/$file" ]; then echo "$file"; fi; done |
  tar --create --directory=/ --no-recursion --files-from=- | tar --extract --directory="$directory"
cp -P /etc/passwd /etc/group /etc/nsswitch.conf "$directory/etc/"
ln -sf dash "$directory/usr/bin/sh"
if [ -e /usr/local/LICENSE ]; then cp /usr/local/LICENSE "$directory/usr/local/"; fi
# For a volume of --storage.path: a new one takes over the owner.
install -d -o 1000 -g 1000 -m 0700 "$directory/var/lib/roboflow-exporter"
