# Writes the file that holds the upstream, tests nginx and reloads it. If nginx refuses, the old file is put back.
#   write-upstream FLEET TOKEN FILE SHA256 MODE CONTENT
# SHA256 is that of the file as it was looked at, - for one that must not exist. MODE is drain if the content marks workers
# down for the time of this run: the file as it is before the first such write is then what the guardian restores; settle if
# it is meant to stay. CONTENT is base64. Prints what nginx says, then result=done or result=already, and sha256=.
fleet=$1 token=$2 file=$3 expected=$4 mode=$5 content=$6
case $mode in drain | settle) ;; *) fail 64 "not a mode: $mode" ;; esac
case $file in /*) ;; *) fail 64 "not an absolute path: $file" ;; esac
hold_change "$fleet" "$token"

# Through links to the real file; readlink -f answers for a last part that is not there yet.
real=$(readlink -f -- "$file") || fail 65 "The folder of $file is not there."
# nginx's include masks pass over names that begin with a dot (glob(3)): half a file is never read.
folder=$(dirname -- "$real")
new=$folder/.$(basename -- "$real").fleet-ops-new
old=$folder/.$(basename -- "$real").fleet-ops-old
trap 'rm -f -- "$new"' EXIT

before=$(sum_of "$real")
if [ "$before" = - ]; then
  : >"$new" && chmod 644 "$new" || fail 70 "The folder of $real cannot be written."
else
  # Copied first, so that the new file has the owner and mode of the old one.
  cp -p -- "$real" "$new" || fail 70 "The folder of $real cannot be written."
fi
printf %s "$content" | base64 -d >"$new" || fail 70 "The new $real could not be written: is the disk full?"
sync -- "$new" 2>/dev/null || sync
after=$(sum_of "$new")
if [ "$before" != "$after" ] && [ "$before" != "$expected" ]; then
  fail 77 "$real has changed since it was looked at."
fi

if [ "$mode" = drain ] && [ ! -e "$state/restore.path" ]; then
  cp -p -- "$real" "$state/restore.text" || fail 70 'What the guardian would restore could not be kept.'
  printf '%s\n' "$real" >"$state/restore.path"
fi
[ ! -e "$state/restore.path" ] || printf '%s\n' "$after" >"$state/restore.sha256"

put_back() {
  if [ "$before" = - ]; then
    rm -f -- "$real"
  else
    mv -f -- "$old" "$real"
  fi || fail 71 "nginx refused the new file, and the old one could not be put back: it is $old."
  [ ! -e "$state/restore.path" ] || printf '%s\n' "$before" >"$state/restore.sha256"
}

result=already
if [ "$before" != "$after" ]; then
  result='done'
  [ "$before" = - ] || cp -p -- "$real" "$old" || fail 70 'The backup could not be written.'
  mv -f -- "$new" "$real" || fail 70 "The new $real could not be put in place."
fi
if ! nginx -t 2>&1; then
  [ "$result" = already ] || put_back
  fail 78 'nginx -t refuses the configuration: nothing was reloaded.'
fi
if ! systemctl is-active --quiet nginx || ! reload_nginx; then
  if [ "$result" = 'done' ]; then
    put_back
    systemctl is-active --quiet nginx && systemctl reload nginx 2>&1
  fi
  fail 70 'nginx could not be reloaded: is it running?'
fi
# Kept from here on as the way back by hand, where nginx does not read it.
if [ -e "$old" ]; then
  mkdir -p /var/backups/fleet-ops && mv -f -- "$old" "/var/backups/fleet-ops/$fleet-$(basename -- "$real")" || rm -f -- "$old"
fi
[ "$mode" = drain ] || rm -f "$state/restore.path" "$state/restore.text" "$state/restore.sha256"
printf 'result=%s\nsha256=%s\n' "$result" "$after"
