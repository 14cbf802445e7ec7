# Before any change: is the fleet's lock still this run's? A laptop that wakes up an hour later has lost it.
# The lock taken here is held until this script ends, and the guardian waits for it before restoring. Changes of files run one
# after another; units of one batch change in parallel, because a stop takes as long as the unit allows it.
hold_change() { # FLEET TOKEN change|units
  check_name "$2" token
  use_fleet "$1"
  [ -d "$state" ] || fail 75 'The lock is gone: the server was restarted, or the run ended long ago.'
  exec 8>"$state/$3"
  if [ "$3" = units ]; then sharing=-s; else sharing=-x; fi
  flock "$sharing" -w 60 8 || fail 75 'Another change is still under way.'
  [ "$(sed -n 1p "$state/owner" 2>/dev/null)" = "$2" ] || fail 75 'The lock is no longer this run'"'"'s.'
  # If the lock can be taken, the guardian is dead: nobody would restore what this change begins.
  if flock -n "$state/lock" true; then fail 75 'The guardian of the lock is gone.'; fi
}

# A crash kills the guardian too: the machine itself restores when it boots again, before nginx starts. A guardian that ends well
# removes this. Where /etc cannot be written, or systemd is missing, the next run restores.
arm() { # FLEET
  unit=/etc/systemd/system/fleet-ops-restore-$1.service
  if [ ! -d /etc/systemd/system ] || [ ! -e "$keep/guardian" ] || [ -e "$unit" ]; then return 0; fi
  {
    printf '[Unit]\nDescription=Puts the upstream of fleet %s back after a crash\nBefore=nginx.service\n' "$1"
    printf 'RequiresMountsFor=%s\nConditionPathExists=%s/guardian\n\n' "$keep" "$keep"
    printf '[Service]\nType=oneshot\nExecStart=/bin/sh %s/guardian %s boot\n' "$keep" "$1"
  } >"$unit" 2>/dev/null || return 0
  chmod 644 "$unit"
  mkdir -p /etc/systemd/system/multi-user.target.wants
  ln -sf "$unit" /etc/systemd/system/multi-user.target.wants/ 2>/dev/null || true
}

# Creates a folder beside a file and enters it, to write the file's replacement there. It is root's alone, so that where others may write
# beside the file, nobody can place a link at a name written to; what is moved from there (mv -T) follows no link either.
work_beside() { # FILE
  workshop=$(dirname -- "$1")/.$(basename -- "$1").fleet-ops-new
  rm -rf -- "$workshop"
  # Check the owner of the current folder: its name might by now mean another one.
  (umask 077 && mkdir -- "$workshop") 2>/dev/null && cd -P -- "$workshop" && [ -O . ] && [ -z "$(ls -A)" ]
}

leave_workshop() { [ -z "${workshop:-}" ] || { cd / && rm -rf -- "$workshop"; }; }

flush() { # FILE: to disk, so that the whole file survives a power cut after the rename
  sync -- "$1" 2>/dev/null || sync
}

# Reloads nginx and waits until no process of the old configuration accepts connections any more: only then does nginx keep
# new calls from a worker that the new configuration marks down (nginx, "Controlling nginx": old workers shut down gracefully).
reload_nginx() {
  nginx_master=$(systemctl show --property=MainPID --value nginx)
  nginx_before=$(accepting_workers "$nginx_master")
  systemctl --no-ask-password reload nginx 2>&1 || return 1
  # This also loads what a guardian restored but could not have loaded.
  rm -f "$state/unloaded"
  # On a kernel that does not list a process's children (proc(5), CONFIG_PROC_CHILDREN), rely on systemd alone.
  [ -n "$nginx_before" ] || return 0
  tries=0
  while [ "$tries" -lt 100 ]; do
    nginx_now=$(accepting_workers "$nginx_master")
    left=
    for pid in $nginx_before; do
      case " $nginx_now " in *" $pid "*) left=yes ;; esac
    done
    [ -z "$left" ] && [ -n "$nginx_now" ] && return 0
    tries=$((tries + 1))
    sleep 0.1
  done
  printf '%s\n' 'nginx was told to reload, and after 10 s its old processes still take connections.'
  return 1
}

accepting_workers() { # MASTER: the pids of its worker processes that are not shutting down, on one line
  children=$(cat "/proc/$1/task/$1/children" 2>/dev/null)
  for pid in $children; do
    case $({ tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null) in
      'nginx: worker process '*shutting*) ;;
      'nginx: worker process'*) printf '%s ' "$pid" ;;
    esac
  done
}
