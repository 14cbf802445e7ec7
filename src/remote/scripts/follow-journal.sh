# Prints the last lines of a unit's journal, and every new one as it comes, until its input ends. Changes nothing.
#   follow-journal UNIT LINES
unit=$1 lines=$2
check_name "$unit" unit
case $lines in '' | *[!0-9]*) fail 64 "not a number of lines: $lines" ;; esac
# A command in the background has no input but one that it is given by name (POSIX, Shell Command Language 2.11).
exec 3<&0
journalctl --follow --no-pager --output=short-iso --lines="$lines" --unit="$unit" 2>&1 3<&- &
journal=$!
# journalctl would notice that nobody reads any more at the next line, which may never come.
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
# 143 is what the end of our input makes of it.
[ "$ended" = 0 ] || [ "$ended" = 143 ] || fail 70 "The journal of $unit cannot be read."
