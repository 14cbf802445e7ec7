# Prints the last lines of a unit's journal. Changes nothing.
#   journal UNIT LINES
unit=$1 lines=$2
check_name "$unit" unit
case $lines in '' | *[!0-9]*) fail 64 "not a number of lines: $lines" ;; esac
journalctl --no-pager --quiet --output=short-iso --lines="$lines" --unit="$unit" 2>&1 || fail 70 "The journal of $unit cannot be read."
