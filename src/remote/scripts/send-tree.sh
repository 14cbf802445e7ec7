# Prints a directory or a file as a compressed archive, for another server. Changes nothing.
#   send-tree directory|file PATH [WITHOUT]
# From a directory, what belongs only to this server is left out: sockets, compiled Python, logs, and the file WITHOUT in it. Owners go
# by name. Calls have priority for the processor and the disk.
kind=$1 path=$2 without=${3:-}
case $path in /*) ;; *) fail 64 "not an absolute path: $path" ;; esac
real=$(readlink -f -- "$path")
gently() { if command -v ionice >/dev/null 2>&1; then ionice -c 3 nice -n 19 "$@"; else nice -n 19 "$@"; fi; }

case $kind in
  directory)
    [ -d "$real" ] || fail 65 "There is no directory $path on this server."
    set -- --exclude=__pycache__ --anchored --exclude=./.fleet-ops-install --exclude='./logs/*' --exclude='./log/*' --no-wildcards-match-slash --exclude='./*.log'
    case $without in "$path"/*) set -- "$@" --no-wildcards --exclude="./${without#"$path"/}" ;; esac
    gently tar --create --gzip --file=- --directory="$real" --warning=no-file-ignored "$@" . ;;
  file)
    [ -f "$real" ] || fail 65 "There is no file $path on this server."
    gently tar --create --gzip --file=- --directory="$(dirname -- "$real")" -- "$(basename -- "$real")" ;;
  *) fail 64 "not a kind: $kind" ;;
esac
code=$?
# 1: something was written while it was being read, such as a log; its name is on standard error (tar(1), RETURN VALUE).
[ "$code" -le 1 ] || fail 70 "$path could not be read whole."
