# Prints the last lines of a unit's journal, and every new one as it comes, until its input ends. Changes nothing.
#   follow-journal UNIT LINES
unit=$1 lines=$2
check_name "$unit" unit
case $lines in '' | *[!0-9]*) fail 64 "not a number of lines: $lines" ;; esac
# A background command has no input except what is redirected explicitly (POSIX, Shell Command Language 2.11).
exec 3<&0
journalctl --follow --no-pager --output=short-iso --lines="$lines" --unit="$unit" 2>&1 3<&- &
journal=$!
# journalctl would notice only at the next line, which may never come, that nobody reads any more.
{
  cat <&3 &
  reader=$!
  trap 'kill "$reader"; exit 0' TERM
  wait "$reader"
  kill "$journal"
} >/dev/null 2>&1 &
watcher=$!
exec 3<&-
trap 'kill "$journal" "$watcher" 2>/dev/null; exit 0' HUP INT TERM
wait "$journal"
ended=$?
kill "$watcher" 2>/dev/null
# 143 is the exit code when the end of our input stopped it.
[ "$ended" = 0 ] || [ "$ended" = 143 ] || fail 70 "The journal of $unit cannot be read."
