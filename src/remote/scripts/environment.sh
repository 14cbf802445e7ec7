# Output that programs read must not depend on who is logged in. The output of a login shell's own files, and sudo's lecture, comes
# before these lines and is not the script's.
set -u
echo '# fleet-ops begins'
echo '# fleet-ops begins' >&2
LC_ALL=C
SYSTEMD_COLORS=0
SYSTEMD_PAGER=
SYSTEMD_LESS=
export LC_ALL SYSTEMD_COLORS SYSTEMD_PAGER SYSTEMD_LESS
# The PATH that sudo or sshd sets may lack the folders of nginx and systemd's tools; its own folders come first.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

fail() { # CODE MESSAGE…
  code=$1
  shift
  printf '%s\n' "$*" >&2
  exit "$code"
}

sum_of() { # FILE: its SHA-256, or - if there is no such file
  if [ -e "$1" ]; then sha256sum <"$1" | cut -d ' ' -f 1; else printf '%s\n' -; fi
}

# New at each boot, and different in each container of one kernel: it reveals two names of one machine.
this_boot() { printf '%s %s\n' "$(cat /proc/sys/kernel/random/boot_id)" "$(readlink /proc/self/ns/pid)"; }

# Names become parts of paths and arguments of systemctl: only the characters of such names are let through.
check_name() { # VALUE WHAT
  case $1 in
    '' | -* | .* | *[!A-Za-z0-9._@:\\-]*) fail 64 "not a $2: $1" ;;
  esac
}

check_variable() { # VALUE
  case $1 in
    '' | [0-9]* | *[!A-Za-z0-9_]*) fail 64 "not a variable: $1" ;;
  esac
}

# Where a fleet's lock is (gone after a boot) and what must be undone after a crash (still there after a boot).
use_fleet() { # FLEET
  case $1 in
    '' | -* | .* | *[!A-Za-z0-9._-]*) fail 64 "not a fleet: $1" ;;
  esac
  state=/run/fleet-ops/$1
  keep=/var/lib/fleet-ops/$1
  # Beside the folders of the fleets, whose names never begin with a dot; it outlives the run and a boot.
  note=/var/lib/fleet-ops/.rollouts/$1
}

# A rollout that began more than a day ago is not continued. Only this machine's clock counts.
is_noted() {
  noted_at=$(sed -n 1p "$note" 2>/dev/null)
  case $noted_at in '' | *[!0-9]*) return 1 ;; esac
  [ $(($(date +%s) - noted_at)) -lt 86400 ]
}

# Identifies one start of a unit: microseconds of systemd's own clock (org.freedesktop.systemd1(5)), 0 before the first.
started_of() { # UNIT
  systemctl show --property=ExecMainStartTimestampMonotonic --value "$1" 2>/dev/null
}
