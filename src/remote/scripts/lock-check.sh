# Before anything is changed: is the fleet's lock still this run's? A laptop that wakes up an hour later has lost it.
# What is held is held until this script ends, and the guardian waits for it before it restores. Changes of files come one
# after the other; units of one batch change side by side, for a stop takes as long as the unit allows it.
hold_change() { # FLEET TOKEN change|units
  check_name "$2" token
  use_fleet "$1"
  [ -d "$state" ] || fail 75 'The lock is gone: the server was restarted, or the run ended long ago.'
  exec 8>"$state/$3"
  if [ "$3" = units ]; then sharing=-s; else sharing=-x; fi
  flock "$sharing" -w 60 8 || fail 75 'Another change is still under way.'
  [ "$(sed -n 1p "$state/owner" 2>/dev/null)" = "$2" ] || fail 75 'The lock is no longer this run'"'"'s.'
  # Free to take means that its guardian is dead: then nobody would restore what this change begins.
  if flock -n "$state/lock" true; then fail 75 'The guardian of the lock is gone.'; fi
}

# A crash takes the guardian with it: the machine itself restores when it comes up again, before nginx starts. The guardian that
# ends well takes this away. Where /etc cannot be written, or there is no systemd, the next run restores.
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

# Makes a folder beside a file and goes there, to write in it what is to take the file's place. It is root's alone, and nobody can have put
# a link there at a name that is written to, where others may write beside the file; what is moved from there (mv -T) follows no link either.
work_beside() { # FILE
  workshop=$(dirname -- "$1")/.$(basename -- "$1").fleet-ops-new
  rm -rf -- "$workshop"
  # Whose it is, is asked of where this is: its name might stand for another one by now.
  (umask 077 && mkdir -- "$workshop") && cd -P -- "$workshop" && [ -O . ] && [ -z "$(ls -A)" ]
}

leave_workshop() { [ -z "${workshop:-}" ] || { cd / && rm -rf -- "$workshop"; }; }

flush() { # FILE: onto the disk, so that a power cut after the rename finds all of it
  sync -- "$1" 2>/dev/null || sync
}

# Reloads nginx and waits until no process of the old configuration accepts connections any more: only then does nginx keep
# new calls from a worker that the new one marks down (nginx, "Controlling nginx": old worker processes shut down gracefully).
reload_nginx() {
  nginx_master=$(systemctl show --property=MainPID --value nginx)
  nginx_before=$(accepting_workers "$nginx_master")
  systemctl --no-ask-password reload nginx 2>&1 || return 1
  # What a guardian has put back and could not have loaded is loaded now.
  rm -f "$state/unloaded"
  # A kernel that does not list a process's children (proc(5), CONFIG_PROC_CHILDREN) leaves only systemd's word.
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
