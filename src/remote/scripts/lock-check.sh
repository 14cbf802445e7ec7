# Before anything is changed: is the fleet's lock still this run's? A laptop that wakes up an hour later has lost it.
hold_change() { # FLEET TOKEN [shared]
  check_name "$1" fleet
  check_name "$2" token
  state=/run/fleet-ops/$1
  [ -d "$state" ] || fail 75 'The lock is gone: the server was restarted, or the run ended long ago.'
  # Held until this script ends: the guardian waits for it, and so does a second change. Units of one batch may be changed side
  # by side: a stop takes as long as the unit allows it.
  exec 8>"$state/change"
  if [ "${3:-}" = shared ]; then sharing=--shared; else sharing=--exclusive; fi
  flock "$sharing" -w 60 8 || fail 75 'Another change is still under way.'
  [ "$(sed -n 1p "$state/owner" 2>/dev/null)" = "$2" ] || fail 75 'The lock is no longer this run'"'"'s.'
  # Free to take means that its guardian is dead: then nobody would restore what this change begins.
  if flock -n "$state/lock" true; then fail 75 'The guardian of the lock is gone.'; fi
}

# Reloads nginx and waits until no process of the old configuration accepts connections any more: only then does nginx keep
# new calls from a worker that the new one marks down (nginx: "Controlling nginx", worker processes "shutting down").
reload_nginx() {
  master=$(systemctl show --property=MainPID --value nginx)
  old=$(accepting_workers "$master")
  systemctl reload nginx 2>&1 || return 1
  tries=0
  while [ "$tries" -lt 100 ]; do
    now=$(accepting_workers "$master")
    left=
    for pid in $old; do
      case " $now " in *" $pid "*) left=yes ;; esac
    done
    [ -z "$left" ] && [ -n "$now" ] && return 0
    tries=$((tries + 1))
    sleep 0.1
  done
  printf '%s\n' 'nginx was told to reload, and after 10 s its old processes still take connections.'
  return 1
}

accepting_workers() { # MASTER: the pids of its worker processes that are not shutting down, on one line
  for pid in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
    case $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) in
      'nginx: worker process '*shutting*) ;;
      'nginx: worker process'*) printf '%s ' "$pid" ;;
    esac
  done
}
