# Reads an archive from standard input, as send-tree prints it, and keeps it beside PATH: nothing uses it as PATH before
# place-tree has put it there. Owners and modes are preserved.
#   receive-tree FLEET TOKEN directory|file PATH
fleet=$1 token=$2 kind=$3 path=$4
case $path in */) fail 64 "not a path: $path" ;; /*) ;; *) fail 64 "not an absolute path: $path" ;; esac
hold_change "$fleet" "$token" change

[ ! -e "$path" ] || fail 65 "$path is on this server already."
folder=$(dirname -- "$path")
mkdir -p -- "$folder" || fail 70 "$folder could not be made."
beside=$folder/.$(basename -- "$path").fleet-ops-new
rm -rf -- "$beside"
trap 'rm -rf -- "$beside"' EXIT
# Created closed: there may be secrets in it, and their own modes come with them.
(umask 077 && mkdir -- "$beside") || fail 70 "$beside could not be made: is the disk full, or read-only?"
tar --extract --gzip --file=- --directory="$beside" --same-owner --same-permissions --delay-directory-restore 2>&1 ||
  fail 70 "The copy of $path did not arrive whole."
trap - EXIT
printf 'result=done\n'
