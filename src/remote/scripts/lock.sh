# Takes a fleet's lock on this machine and holds it for as long as the client is heard from.
#   lock FLEET TOKEN OWNER OPERATION
# OWNER is base64. Prints `locked`, or `busy TOKEN OWNER OPERATION SINCE` and exits with 76. Then reads standard input:
# a line `beat` every 5 s, and `done` at the end; then it ends once the lock is released, or after waiting 30 s for that. Without `done`, or after 30 s
# of silence, the guardian puts the upstream back as it was before the drain, reloads nginx and releases the lock. It is a unit of its
# own where systemd-run exists, so that it survives whatever happens to the session that it was started from.
#
# The client must not send a line before `locked`: until then the shell may still be reading this script.
gone() {
  trap '' HUP INT TERM PIPE
  if [ "$(sed -n 1p "$state/owner" 2>/dev/null)" = "$token" ]; then
    : >"$state/gone.$token"
    # Whatever killed the client may have killed its guardian: another guardian finishes the work.
    if flock -n "$state/lock" true; then start_guardian; fi
  fi
  fail 75 'The client went away.'
}

start_guardian() {
  guardians=$((guardians + 1))
  guardian >"$state/guardian.$token" || fail 70 "$state cannot be written."
  # Not nohup: only a unit of its own survives every way in which a session can end.
  if command -v systemd-run >/dev/null 2>&1 &&
    systemd-run --quiet --collect --unit="fleet-ops-guardian-$fleet-$token-$guardians" --description="Fleet Ops guardian of $fleet" \
      --setenv=PATH="$PATH" sh "$state/guardian.$token" "$fleet" "$token" "$owner" "$operation" "$$" 2>/dev/null; then
    return
  fi
  setsid sh "$state/guardian.$token" "$fleet" "$token" "$owner" "$operation" "$$" </dev/null >/dev/null 2>&1 &
}

# A guardian may first have to wait for an earlier one that is restoring, and then to restore what a killed one left.
await_guardian() {
  tries=0
  while [ "$tries" -lt 900 ]; do
    if [ -e "$state/held.$token" ]; then
      rm -f "$state/held.$token"
      return
    fi
    if [ -e "$state/busy.$token" ]; then
      printf 'busy %s\n' "$(tr '\n' ' ' <"$state/busy.$token")"
      rm -f "$state/busy.$token" "$state/beat.$token"
      exit 76
    fi
    tries=$((tries + 1))
    sleep 0.1
  done
  : >"$state/gone.$token"
  fail 70 'The guardian of the lock did not start.'
}

await_release() {
  tries=0
  while [ -e "$state/beat.$token" ] && [ "$tries" -lt 300 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
}

fleet=$1 token=$2 owner=$3 operation=$4
use_fleet "$fleet"
check_name "$token" token
check_name "$operation" operation
case $owner in '' | *[!A-Za-z0-9+/=]*) fail 64 'not base64' ;; esac
umask 077
mkdir -p "$state" "$keep" || fail 70 "$state or $keep cannot be made."
# Every user who runs a status may read the owner; nothing else in there is secret either.
chmod 755 /run/fleet-ops "$state"
printf '0\n' >"$state/beat.$token" || fail 70 "$state cannot be written."
guardians=0
start_guardian
await_guardian
printf 'locked\n'
trap 'gone' HUP INT TERM PIPE
beats=0
while read -r line; do
  # The guardian has given up the lock: the client must know at once.
  [ "$(sed -n 1p "$state/owner" 2>/dev/null)" = "$token" ] || fail 75 'The lock is lost.'
  case $line in
    beat)
      beats=$((beats + 1))
      printf '%s\n' "$beats" >"$state/beat.$token" 2>/dev/null ;;
    done)
      : >"$state/done.$token"
      await_release
      exit 0 ;;
  esac
  # If the lock can be taken, the guardian is dead, and nobody would restore: start another.
  if flock -n "$state/lock" true; then
    start_guardian
    await_guardian
  fi
done
gone
