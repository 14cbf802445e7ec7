# Sets one variable of an env file, and leaves every other byte unchanged.
#   set-variable FLEET TOKEN FILE VARIABLE VALUE
# Prints result=done or result=already. The value keeps the old one's quotes; of several assignments the last, which is
# the one that counts, is changed; a missing variable is added as the last line. A comment after the value moves to
# a line of its own above it: systemd would treat it as part of the value (systemd.exec(5), EnvironmentFile=).
fleet=$1 token=$2 file=$3 variable=$4 value=$5
check_variable "$variable"
case $file in /*) ;; *) fail 64 "not an absolute path: $file" ;; esac
case $value in '' | *[!A-Za-z0-9.,_-]*) fail 64 "not a plain value: $value" ;; esac
hold_change "$fleet" "$token" change

[ -e "$file" ] || fail 65 "There is no file $file on this server."
real=$(readlink -f -- "$file")
[ -f "$real" ] || fail 65 "$real is not a file."
# Where other users may place links, follow theirs only to what they own.
link=$file
while [ -L "$link" ]; do
  case $(stat -c %u -- "$link") in
    0 | "$(id -u)" | "$(stat -c %u -- "$real")") ;;
    *) fail 65 "$link is a link to $real, and belongs neither to root nor to the owner of that: put the file in its place, or \`chown -h\` it." ;;
  esac
  target=$(readlink -- "$link")
  case $target in /*) link=$target ;; *) link=$(dirname -- "$link")/$target ;; esac
done
trap leave_workshop EXIT
work_beside "$real" || fail 70 "A copy of $real could not be written: is the disk full, or read-only?"
# Copied first, so that the new file is created with the owner and mode of the old one and its secrets are never exposed.
umask 077
cp -p -- "$real" new 2>&1 || fail 70 "A copy of $real could not be written: is the disk full, or read-only?"
ends=yes
if [ -s "$real" ] && [ "$(tail -c 1 "$real" | od -An -tx1 | tr -d ' ')" != 0a ]; then ends=no; fi
# awk's output is the file, and its complaints are reported.
# shellcheck disable=SC2069
awk -v name="$variable" -v value="$value" -v ends="$ends" '
  { line[NR] = $0; bare = $0; sub(/^[ \t]+/, "", bare); sub(/^export[ \t]+/, "", bare); if (bare ~ "^" name "[ \t]*=") last = NR }
  NR == 1 && /\r$/ { dos = "\r" }
  function changed(text, at, head, old, tail, quote, note) {
    at = index(text, "=")
    head = substr(text, 1, at); old = substr(text, at + 1); tail = ""
    if (old ~ /\r$/) { tail = "\r"; sub(/\r$/, "", old) }
    if (match(old, /^[ \t]+/)) { head = head substr(old, 1, RLENGTH); old = substr(old, RLENGTH + 1) }
    if (match(old, /[ \t]+$/)) { tail = substr(old, RSTART) tail; old = substr(old, 1, RSTART - 1) }
    note = ""
    if (match(old, /^("[^"]*"|\047[^\047]*\047)[ \t]*#/)) note = substr(old, RLENGTH)
    else if (old !~ /^["\047]/ && match(old, /(^|[ \t])#/)) note = substr(old, RSTART + RLENGTH - 1)
    if (note != "") {
      old = substr(old, 1, length(old) - length(note)); sub(/[ \t]+$/, "", old)
      sub(/^[ \t]+/, "", tail)
      match(text, /^[ \t]*/)
      # A backslash at the end of a comment would make the assignment part of it.
      if (note ~ /\\$/) note = note " "
      note = substr(text, 1, RLENGTH) note (tail ~ /\r$/ ? "\r" : "") "\n"
    }
    quote = old ~ /^".*"$/ ? "\"" : old ~ /^\047.*\047$/ ? "\047" : ""
    return note head quote value quote tail
  }
  END {
    count = last ? NR : NR + 1
    if (last) line[last] = changed(line[last])
    else line[count] = name "=" value dos
    for (n = 1; n <= count; n++) printf "%s%s", line[n], n < count || ends == "yes" ? "\n" : ""
  }' "$real" 2>&1 >new || fail 70 "A copy of $real could not be written: is the disk full?"
if cmp -s -- "$real" new; then
  printf 'result=already\n'
  exit 0
fi
flush new
mv -f -T -- new "$real" 2>&1 || fail 70 "The new $real could not be put in place."
printf 'result=done\n'
