# Writes the file that holds the upstream, tests nginx and reloads it. If nginx refuses, the old file is put back.
#   write-upstream FLEET TOKEN FILE SHA256 MODE CONTENT
# SHA256 is that of the file when it was read, - if it must not exist. MODE is drain if the content marks workers down only
# for this run: the guardian then restores the file from before the first such write; settle if the content
# is meant to stay. CONTENT is base64 of gzip. Prints what nginx says, then result=done or result=already, and sha256=.
fleet=$1 token=$2 file=$3 expected=$4 mode=$5 content=$6
case $mode in drain | settle) ;; *) fail 64 "not a mode: $mode" ;; esac
case $file in /*) ;; *) fail 64 "not an absolute path: $file" ;; esac
case $content in *[!A-Za-z0-9+/=]*) fail 64 'not base64' ;; esac
hold_change "$fleet" "$token" change

# Through links to the real file; readlink -f also resolves a last part that does not exist yet.
real=$(readlink -f -- "$file") || fail 65 "The folder of $file is not there."
[ ! -e "$real" ] || [ -f "$real" ] || fail 65 "$real is not a file."
# Beside it, so that every way back is a rename, which needs no room on a full disk. nginx's include masks skip names that
# begin with a dot (glob(3)).
beside=$(dirname -- "$real")/.$(basename -- "$real").fleet-ops
trap leave_workshop EXIT
work_beside "$real" || fail 70 "The folder of $real cannot be written: is the disk full, or read-only?"

before=$(sum_of "$real")
if [ "$before" = - ]; then
  { : >new && chmod 644 new; } || fail 70 "The folder of $real cannot be written."
else
  # Copied first, so that the new file has the owner and mode of the old one.
  cp -p -- "$real" new 2>&1 || fail 70 "A copy of $real could not be written: is the disk full, or read-only?"
fi
printf %s "$content" | base64 -d | gzip -dc >new || fail 70 "What is to take the place of $real could not be written: is the disk full?"
flush new
after=$(sum_of new)
if [ "$before" != "$after" ] && [ "$before" != "$expected" ]; then
  fail 77 "$real has changed since it was looked at."
fi

# From here on a crash leaves something to undo: it is recorded first, and the record survives a boot.
umask 077
keep_beside() { # NAME: a copy of the current file
  cp -p -- "$real" copy 2>&1 && flush copy && mv -f -T -- copy "$beside-$1" 2>&1
}
mkdir -p "$keep" || fail 70 "$keep cannot be made."
write_down() { # FILE, whose lines come on standard input
  cat >"$keep/new" && flush "$keep/new" && mv -f "$keep/new" "$keep/$1"
}
if [ "$mode" = drain ] && [ ! -e "$keep/drained" ]; then
  [ "$before" != - ] || fail 65 "There is no file $file to drain workers in."
  keep_beside drained || fail 70 'What the guardian would restore could not be kept: is the disk full?'
  printf '%s\n' "$real" | write_down drained || fail 70 "$keep cannot be written."
fi
# The file may be put back if it is as any write of this run left it, but not if somebody else has changed it meanwhile.
if [ -e "$keep/drained" ]; then
  { cat "$keep/drained" && printf '%s\n' "$after"; } | write_down drained || fail 70 "$keep cannot be written."
fi
printf '%s\n%s\n%s\n' "$real" "$before" "$after" | write_down pending || fail 70 "$keep cannot be written."
arm "$fleet"

put_back() {
  if [ "$result" = already ]; then :
  elif [ "$before" = - ]; then rm -f -- "$real"
  else mv -f -- "$beside-old" "$real"
  fi || fail 71 "The old $real could not be put back: it is $beside-old."
  rm -f "$keep/pending"
}

result=already
if [ "$before" != "$after" ]; then
  [ "$before" = - ] || keep_beside old || fail 70 'The backup could not be written: is the disk full?'
  mv -f -T -- new "$real" 2>&1 || fail 70 "The new $real could not be put in place."
  result='done'
fi
if ! nginx -t 2>&1; then
  put_back
  fail 78 'nginx -t refuses the configuration: nothing was reloaded.'
fi
if ! systemctl is-active --quiet nginx; then
  put_back
  fail 70 'nginx is not running.'
fi
if ! reload_nginx; then
  put_back
  systemctl --no-ask-password reload nginx 2>&1
  fail 70 'nginx could not be reloaded.'
fi
rm -f "$keep/pending"
# Kept from here on as the way back by hand, where nginx does not read it.
if [ -e "$beside-old" ]; then
  mkdir -p /var/backups/fleet-ops && mv -f -- "$beside-old" "/var/backups/fleet-ops/$fleet-$(basename -- "$real")"
  rm -f -- "$beside-old"
fi
[ "$mode" = drain ] || rm -f "$keep/drained" "$beside-drained"
printf 'result=%s\nsha256=%s\n' "$result" "$after"
