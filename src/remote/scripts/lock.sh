# Takes a fleet's lock on this machine and holds it for as long as the client is heard.
#   lock FLEET TOKEN OWNER OPERATION
# OWNER is base64. Prints `locked`, or `busy TOKEN OWNER OPERATION SINCE` and exits with 76. Then reads standard input:
# a line `beat` every 5 s, and `done` at the end, which is answered by `released`. Without `done`, or after 30 s of silence,
# the guardian puts the upstream back as it was before the drain, reloads nginx and lets the lock go. It is a unit of its own
# where systemd-run is there, so that it lives on whatever becomes of the session that it was started from.
#
# The client must not send a line before `locked`: until then the shell may still be reading this script.
lock() {
  fleet=$1 token=$2 owner=$3 operation=$4
  check_name "$fleet" fleet
  check_name "$token" token
  check_name "$operation" operation
  case $owner in *[!A-Za-z0-9+/=]*) fail 64 'not base64' ;; esac
  state=/run/fleet-ops/$fleet
  umask 077
  mkdir -p "$state" || fail 70 "$state cannot be made."
  # The owner is for every user to read who runs a status; nothing else in there is a secret either.
  chmod 755 /run/fleet-ops "$state"
  printf '0\n' >"$state/beat.$token"
  guardian >"$state/guardian.$token"
  start_guardian
  await_guardian
  trap 'exit 1' HUP TERM
  beats=0
  while read -r line; do
    case $line in
      beat)
        beats=$((beats + 1))
        printf '%s\n' "$beats" >"$state/beat.$token" 2>/dev/null ;;
      done)
        : >"$state/done.$token"
        await_release
        printf 'released\n'
        exit 0 ;;
    esac
    # The guardian has gone, or has given the lock up: the client must know at once.
    [ "$(sed -n 1p "$state/owner" 2>/dev/null)" = "$token" ] || fail 75 'The lock is lost.'
  done
  : >"$state/gone.$token"
  fail 75 'The client went away.'
}

start_guardian() {
  # KillMode=process would not do: nothing that it starts outlives it.
  if command -v systemd-run >/dev/null 2>&1 &&
    systemd-run --quiet --collect --unit="fleet-ops-guardian-$fleet-$token" --description="Fleet Ops guardian of $fleet" \
      --setenv=PATH="$PATH" sh "$state/guardian.$token" "$fleet" "$token" "$owner" "$operation" 2>/dev/null; then
    return
  fi
  setsid sh "$state/guardian.$token" "$fleet" "$token" "$owner" "$operation" </dev/null >/dev/null 2>&1 &
}

await_guardian() {
  tries=0
  while [ "$tries" -lt 100 ]; do
    if [ -e "$state/held.$token" ]; then
      rm -f "$state/held.$token"
      printf 'locked\n'
      return
    fi
    if [ -e "$state/busy.$token" ]; then
      rm -f "$state/busy.$token" "$state/beat.$token"
      printf 'busy %s\n' "$(tr '\n' ' ' <"$state/owner")"
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
  while [ -e "$state/beat.$token" ] && [ "$tries" -lt 50 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
}

guardian() {
  cat <<'GUARDIAN'
# Holds the lock of a fleet until its client says that it is done, and restores what the client cannot any more.
fleet=$1 token=$2 owner=$3 operation=$4
state=/run/fleet-ops/$fleet
trap '' HUP
rm -f "$0"
exec 9>"$state/lock"
if ! flock -n 9; then
  : >"$state/busy.$token"
  exit 0
fi
umask 022
# What an earlier run left behind whose guardian was killed is this run's to put right first.
restore() { # WHY
  # A change that is under way is let finish first; after this line none begins, for the owner is gone.
  rm -f "$state/owner"
  exec 8>"$state/change"
  flock -w 120 8
  what='there was nothing to restore'
  if [ -e "$state/restore.path" ]; then
    real=$(cat "$state/restore.path")
    sum=$(sha256sum <"$real" | cut -d ' ' -f 1)
    if [ "$sum" = "$(sha256sum <"$state/restore.text" | cut -d ' ' -f 1)" ]; then
      what="$real is as it was before the drain"
    elif [ "$sum" != "$(cat "$state/restore.sha256")" ]; then
      what="$real was changed by somebody else meanwhile and is left as it is"
    else
      put_back
    fi
  fi
  rm -f "$state"/restore.path "$state"/restore.text "$state"/restore.sha256
  exec 8>&-
  printf '%s: %s\n' "$1" "$what" >"$state/ended"
  logger -t fleet-ops "$fleet: $1: $what" 2>/dev/null
}
put_back() {
  new=$(dirname -- "$real")/.$(basename -- "$real").fleet-ops-new
  old=$(dirname -- "$real")/.$(basename -- "$real").fleet-ops-old
  cp -p -- "$state/restore.text" "$new" && cp -p -- "$real" "$old" && mv -f -- "$new" "$real"
  if nginx -t >/dev/null 2>&1; then
    rm -f -- "$old"
    if systemctl reload nginx; then what="$real was put back as it was before the drain, and nginx reloaded"
    else what="$real was put back as it was before the drain; nginx could not be reloaded"; fi
  else
    mv -f -- "$old" "$real"
    what="$real could not be put back: nginx refuses it"
  fi
}
[ ! -e "$state/restore.path" ] || restore 'the guardian of an earlier run was killed'
printf '%s\n%s\n%s\n%s\n' "$token" "$owner" "$operation" "$(date +%s)" >"$state/owner.new"
mv -f "$state/owner.new" "$state/owner"
: >"$state/held.$token"
silence=0 heard=
while :; do
  if [ -e "$state/done.$token" ]; then
    rm -f "$state/owner"
    # A run that ended well has settled its upstream; one that said done after a failure may have left it to the guardian.
    [ ! -e "$state/restore.path" ] || restore 'the run ended'
    break
  fi
  if [ -e "$state/gone.$token" ]; then
    restore 'the client went away'
    break
  fi
  beat=$(cat "$state/beat.$token" 2>/dev/null)
  if [ "$beat" != "$heard" ]; then
    heard=$beat silence=0
  elif [ "$silence" -ge 60 ]; then
    restore 'the client was not heard for 30 s'
    break
  fi
  silence=$((silence + 1))
  sleep 0.5
done
rm -f "$state/owner" "$state/beat.$token" "$state/done.$token" "$state/gone.$token" "$state/held.$token"
GUARDIAN
}

lock "$@"
exit
