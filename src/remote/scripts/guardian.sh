# Holds the lock of a fleet until its client says that it is done, and restores what the client no longer can.
#   guardian FLEET TOKEN OWNER OPERATION FEEDER
#   guardian FLEET boot     after a crash: only restores, before nginx starts
fleet=$1 token=$2 owner=${3:-} operation=${4:-} feeder=${5:-}
state=/run/fleet-ops/$fleet
keep=/var/lib/fleet-ops/$fleet
trap '' HUP PIPE
umask 077
mkdir -p "$state" "$keep"
chmod 755 /run/fleet-ops "$state"

# Before anything is put back, so that it is not mistaken for loaded. At boot nginx has not started yet.
must_load() { [ "$token" = boot ] || : >"$state/unloaded"; }

sum_of() { if [ -e "$1" ]; then sha256sum <"$1" | cut -d ' ' -f 1; else printf '%s\n' -; fi; }

# What an unfinished write has put in place, untested, is replaced with the previous file.
undo_pending() {
  [ -e "$keep/pending" ] || return 0
  real=$(sed -n 1p "$keep/pending") before=$(sed -n 2p "$keep/pending") after=$(sed -n 3p "$keep/pending")
  beside=$(dirname -- "$real")/.$(basename -- "$real").fleet-ops
  now=$(sum_of "$real")
  if [ "$now" = "$after" ] && [ "$now" != "$before" ]; then
    what="a write of $real that did not end was undone"
    must_load
    if [ "$before" = - ]; then rm -f -- "$real"; else mv -f -- "$beside-old" "$real"; fi || {
      what="$real could not be put back yet: as it was before is $beside-old"
      return
    }
  fi
  rm -rf -- "$beside-new"
  rm -f -- "$beside-old" "$keep/pending"
}

# The first line of `drained` is the file; the rest are the checksums of all that the run wrote over it.
undo_drain() {
  [ -e "$keep/drained" ] || return 0
  real=$(sed -n 1p "$keep/drained")
  beside=$(dirname -- "$real")/.$(basename -- "$real").fleet-ops
  now=$(sum_of "$real")
  if [ "$now" = "$(sum_of "$beside-drained")" ]; then
    what="$real is as it was before the drain"
  elif ! sed 1d "$keep/drained" | grep -qxF "$now"; then
    what="$real was changed by somebody else meanwhile and is left as it is"
  else
    must_load
    if ! mv -f -- "$beside-drained" "$real"; then
      what="$real could not be put back yet: as it was before the drain is $beside-drained"
      return
    fi
    what="$real was put back as it was before the drain"
  fi
  rm -f -- "$beside-drained" "$keep/drained"
}

# If nginx is not running, it loads the file when it starts.
reload() { # TRIES
  [ -e "$state/unloaded" ] || return 0
  if systemctl is-active --quiet nginx; then
    tries=0
    until why=$(nginx -t 2>&1) && why=$(systemctl --no-ask-password reload nginx 2>&1); do
      tries=$((tries + 1))
      if [ "$tries" -ge "$1" ]; then
        why=$(printf '%s\n' "$why" | sed -n 's/^.*\[emerg\] \([0-9#]*: \)\{0,1\}//p' | sed 1q)
        what="${what:+$what, and }nginx could not be reloaded yet${why:+: $why}"
        return
      fi
      sleep 2
    done
    what="${what:+$what, and }nginx reloaded"
  fi
  rm -f "$state/unloaded"
}

# Whether the lock is still this guardian's: its folder may have been deleted, or replaced by another.
is_mine() {
  [ -e "$state/lock" ] && [ "$(stat -L -c %d:%i /proc/self/fd/9)" = "$(stat -c %d:%i "$state/lock")" ]
}

restore() { # WHY TRIES
  if ! is_mine; then
    # In a new folder the lock may by now belong to another run, whose guardian has restored what it found.
    mkdir -p "$state"
    chmod 755 /run/fleet-ops "$state"
    exec 9>"$state/lock"
    if ! flock -w 1 9; then
      # A lock that this guardian did not get must not pass for its own (is_mine): whose it is would be forgotten.
      exec 9>&-
      [ -e "$state/unloaded" ] || left=
      return
    fi
  fi
  # No change begins after this line. A change of a file under way may finish; a change of a unit is not waited for very long.
  rm -f "$state/owner"
  exec 8>"$state/change" 7>"$state/units"
  flock -x -w 120 8
  what=''
  if [ -e "$keep/drained" ]; then flock -x -w 20 7; fi
  undo_pending
  undo_drain
  reload "$2"
  disarm
  left=
  if [ -e "$keep/pending" ] || [ -e "$keep/drained" ] || [ -e "$state/unloaded" ]; then left=yes; fi
  exec 8>&- 7>&-
  said="$1: ${what:-there was nothing to restore}"
  [ "$said" != "$told" ] || return 0
  told=$said
  printf '%s\n' "$said" >"$state/ended"
  logger -t fleet-ops "$fleet: $said" 2>/dev/null
}

disarm() {
  if [ -e "$keep/pending" ] || [ -e "$keep/drained" ]; then return; fi
  rm -f "/etc/systemd/system/fleet-ops-restore-$fleet.service" "/etc/systemd/system/multi-user.target.wants/fleet-ops-restore-$fleet.service"
  rm -rf "$keep"
}

told='' left=''
exec 9>"$state/lock"
if [ "$token" = boot ]; then
  flock -n 9 && restore 'the server was started after a crash' 1
  exit 0
fi
# Held without an owner file: a guardian is restoring, or a script is testing the lock.
tries=0
until flock -n 9 && is_mine; do
  mkdir -p "$state"
  exec 9>"$state/lock"
  if { [ -e "$state/owner" ] && [ "$tries" -ge 5 ]; } || [ "$tries" -ge 600 ]; then
    if ! cp "$state/owner" "$state/busy.new.$token" 2>/dev/null; then
      printf '%s\n%s\n%s\n%s\n' - R3VhcmRpYW4= restore "$(date +%s)" >"$state/busy.new.$token"
    fi
    mv -f "$state/busy.new.$token" "$state/busy.$token"
    rm -f "$0"
    exit 0
  fi
  tries=$((tries + 1))
  sleep 0.1
done
# If an earlier run's guardian was killed, this run first restores what that run left behind. If it was this run's own guardian,
# the drain goes on.
if [ "$(sed -n 1p "$state/owner" 2>/dev/null)" != "$token" ]; then
  if [ -e "$keep/pending" ] || [ -e "$keep/drained" ]; then
    restore 'the guardian of an earlier run was killed' 5
  elif [ -e "$state/unloaded" ]; then
    restore 'an earlier guardian could not reload nginx' 1
  fi
fi
# Leftovers of runs whose guardian was killed.
for file in "$state"/beat.* "$state"/done.* "$state"/gone.* "$state"/held.*; do
  case $file in *".$token") ;; *) rm -f "$file" ;; esac
done
# After a crash, boot runs this same script (lock-check.sh, arm).
mkdir -p "$keep"
mv -f "$0" "$keep/guardian"
umask 022
printf '%s\n%s\n%s\n%s\n' "$token" "$owner" "$operation" "$(date +%s)" >"$state/owner.new"
mv -f "$state/owner.new" "$state/owner"
umask 077
: >"$state/held.$token"
silence=0 heard=
while :; do
  if [ -e "$state/done.$token" ]; then
    # A run that ended well has settled its upstream; one that sent done after a failure may have left it to the guardian.
    restore 'the run ended' 5
    break
  fi
  if ! is_mine; then
    restore "$state was deleted" 5
    break
  fi
  if [ -e "$state/gone.$token" ] || ! kill -0 "$feeder" 2>/dev/null; then
    restore 'the client went away' 5
    break
  fi
  beat=$(cat "$state/beat.$token" 2>/dev/null)
  if [ "$beat" != "$heard" ]; then
    heard=$beat silence=0
  elif [ "$silence" -ge 60 ]; then
    restore 'the client was not heard for 30 s' 5
    break
  fi
  # Count seconds instead of comparing times, so that clock jumps have no effect.
  silence=$((silence + 1))
  sleep 0.5
done
is_mine && rm -f "$state/owner" "$state/beat.$token" "$state/done.$token" "$state/gone.$token" "$state/held.$token"
exec 9>&-

# Nobody else is left to do what could not be done at once: within an hour a broken file may be fixed, or a disk be writable
# again. Meanwhile anybody can take the lock; a run that does so restores first as well. One guardian is enough for this.
exec 6>"$state/holding"
flock -n 6 || exit 0
pause=2 waited=0
while [ -n "$left" ]; do
  if [ "$waited" -ge 7200 ]; then
    logger -t fleet-ops "$fleet: given up after two hours: $told" 2>/dev/null
    break
  fi
  sleep "$pause"
  waited=$((waited + pause))
  [ "$pause" -ge 30 ] || pause=$((pause * 2))
  restore 'tried again' 1
  exec 9>&-
done
