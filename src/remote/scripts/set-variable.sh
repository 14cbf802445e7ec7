# Sets one variable of an env file, and leaves every other byte as it is.
#   set-variable FLEET TOKEN FILE VARIABLE VALUE
# Prints result=done or result=already. The value keeps the quotes that the old one had; of several assignments the last
# one, which is the one that counts, is changed; a variable that is not there is added as the last line.
fleet=$1 token=$2 file=$3 variable=$4 value=$5
check_name "$variable" variable
case $value in '' | *[!A-Za-z0-9._-]*) fail 64 "not a plain value: $value" ;; esac
hold_change "$fleet" "$token"

[ -e "$file" ] || fail 65 "There is no file $file on this server."
real=$(readlink -f -- "$file")
new=$(dirname -- "$real")/.$(basename -- "$real").fleet-ops-new
trap 'rm -f -- "$new"' EXIT
# Copied first, so that the new file is born with the owner and mode of the old one and its secrets are never open to others.
cp -p -- "$real" "$new" || fail 70 "The folder of $real cannot be written."
# awk takes the last line without its end and ends it all the same: whether the file ends in one is put right below.
awk -v name="$variable" -v value="$value" '
  { line[NR] = $0; bare = $0; sub(/^[ \t]+/, "", bare); sub(/^export[ \t]+/, "", bare); if (index(bare, name "=") == 1) last = NR }
  NR == 1 && /\r$/ { dos = "\r" }
  END {
    for (n = 1; n <= NR; n++) {
      if (n != last) { print line[n]; continue }
      at = index(line[n], name "=") + length(name)
      head = substr(line[n], 1, at); old = substr(line[n], at + 1); tail = ""
      if (old ~ /\r$/) { tail = "\r"; sub(/\r$/, "", old) }
      if (match(old, /[ \t]+$/)) { tail = substr(old, RSTART) tail; old = substr(old, 1, RSTART - 1) }
      quote = old ~ /^".*"$/ ? "\"" : old ~ /^\047.*\047$/ ? "\047" : ""
      print head quote value quote tail
    }
    if (!last) print name "=" value dos
  }' "$real" >"$new" || fail 70 "The new $real could not be written: is the disk full?"
if [ -s "$real" ] && [ "$(tail -c 1 "$real" | od -An -tx1 | tr -d ' ')" != 0a ]; then
  # The old file ended without a line end, and so does the new one.
  size=$(wc -c <"$new")
  head -c "$((size - 1))" "$new" >"$new.cut" && cat "$new.cut" >"$new" || fail 70 "The new $real could not be written."
  rm -f -- "$new.cut"
fi
if cmp -s -- "$real" "$new"; then
  printf 'result=already\n'
  exit 0
fi
mv -f -- "$new" "$real" || fail 70 "The new $real could not be put in place."
printf 'result=done\n'
