# Says what this server is. Changes nothing.
#   probe TEMPLATE IDS ENV_FILE MAX_CALLS_VARIABLE WORKERS_VARIABLE FLEET PORT_VARIABLE [UPSTREAM_FILE [ADDRESSES]]
# TEMPLATE such as voxcore@, IDS the instances that fleet.yaml names, separated by commas; PORT_VARIABLE, which must not be set for all
# workers at once, empty if its name is unknown; UPSTREAM_FILE only for nginx's machine, ADDRESSES those of servers for which it
# says from which address it reaches them. Prints key=value lines; a value in a text key ends in _base64. Per instance a line
# unit=ID LoadState ActiveState SubState UnitFileState NRestarts MainPID STARTED, with - for what is unknown.
template=$1 ids=$2 env_file=$3 max_calls=$4 workers=$5 fleet=$6 port=$7
check_name "$template" template
use_fleet "$fleet"
check_variable "$max_calls"
check_variable "$workers"
[ -z "$port" ] || check_variable "$port"

printf 'hostname=%s\n' "$(hostname 2>/dev/null || cat /proc/sys/kernel/hostname)"
printf 'boot=%s\n' "$(this_boot)"
printf 'cores=%s\n' "$(nproc 2>/dev/null || grep -c '^processor' /proc/cpuinfo)"
printf 'load1=%s\n' "$(cut -d ' ' -f 1 /proc/loadavg)"
printf 'memory=%s\n' "$(awk '$1 == "MemTotal:" { printf "%.0f", $2 * 1024 }' /proc/meminfo)"
printf 'clock=%s\n' "$(date +%s)"

# A value as systemd reads it (systemd.exec(5), EnvironmentFile=): the last assignment wins, quotes are removed, and what follows a
# value is part of it, even a comment. `export`, which systemd does not know, counts for those who read the file in other ways.
value_of() { # VARIABLE
  awk -v name="$1" '
    function unquoted(text, quote, at, rest) {
      quote = substr(text, 1, 1)
      if (quote != "\"" && quote != "\047") return text
      at = index(substr(text, 2), quote)
      if (at == 0) return text
      rest = substr(text, at + 2); sub(/^[ \t]+/, "", rest)
      return substr(text, 2, at - 1) (rest == "" ? "" : unquoted(rest))
    }
    { sub(/\r$/, ""); sub(/^[ \t]+/, ""); sub(/^export[ \t]+/, "") }
    $0 ~ "^" name "[ \t]*=" {
      value = substr($0, index($0, "=") + 1)
      sub(/^[ \t]+/, "", value); sub(/[ \t]+$/, "", value)
      found = 1
    }
    END { if (found) print unquoted(value); exit !found }' "$env_file"
}
if [ ! -e "$env_file" ]; then
  printf 'environment=missing\n'
elif [ ! -r "$env_file" ]; then
  printf 'environment=unreadable\n'
else
  printf 'environment=read\n'
  if value=$(value_of "$max_calls"); then printf 'max_calls_base64=%s\n' "$(printf %s "$value" | base64 | tr -d '\n')"; fi
  if value=$(value_of "$workers"); then printf 'workers_base64=%s\n' "$(printf %s "$value" | base64 | tr -d '\n')"; fi
  if [ -n "$port" ] && value_of "$port" >/dev/null; then printf 'sets_port=yes\n'; fi
fi

# Globs match only loaded units (systemctl(1)), so instances that are enabled but not loaded come from the links.
instances=$(
  {
    printf '%s\n' "$ids" | tr ',' '\n'
    systemctl list-units --all --plain --no-legend --full "$template*.service" 2>/dev/null | awk '{ print $1 }' | sed "s/^.*@//; s/\.service\$//"
    for link in /etc/systemd/system/*.wants/"$template"*.service; do
      [ -L "$link" ] && basename "$link" .service | sed 's/^.*@//'
    done
  } | grep -x '[0-9][0-9]*' | sort -nu
)
units=
for id in $instances; do units="$units $template$id.service"; done
if [ -n "$units" ]; then
  show() { # OPTION…
    # shellcheck disable=SC2086
    systemctl show "$@" --property=Id,LoadState,ActiveState,SubState,UnitFileState,NRestarts,MainPID,ExecMainStartTimestamp $units
  }
  # --timestamp came with systemd 247; before that, times are words, which date(1) reads.
  { show --timestamp=unix 2>/dev/null || show; } | awk -F= '
    function flush() {
      if (id == "") return
      sub(/^.*@/, "", id); sub(/\.service$/, "", id)
      print "unit=" id, dash(p["LoadState"]), dash(p["ActiveState"]), dash(p["SubState"]), dash(p["UnitFileState"]), dash(p["NRestarts"]), dash(p["MainPID"]), started(p["ExecMainStartTimestamp"])
      id = ""; split("", p)
    }
    function dash(value) { return value == "" ? "-" : value }
    function started(value, command, seconds) {
      if (value ~ /^@[0-9]+/) { sub(/^@/, "", value); sub(/\..*/, "", value); return value }
      if (value !~ /^[A-Za-z0-9 :+-]+$/) return "-"
      command = "date -d \"" value "\" +%s 2>/dev/null"
      if ((command | getline seconds) <= 0) seconds = "-"
      close(command)
      return seconds
    }
    /^$/ { flush(); next }
    $1 == "Id" { id = substr($0, 4); next }
    { p[$1] = substr($0, length($1) + 2) }
    END { flush() }'
fi

if is_noted; then
  printf 'rollout=%s\n' "$noted_at"
  sed 1d "$note" | while read -r unit start; do
    case $unit in "$template"*.service) now=$(started_of "$unit") ;; *) continue ;; esac
    [ -z "$now" ] || [ "$now" = "$start" ] || printf 'rollout_restarted=%s\n' "$(basename "$unit" .service | sed 's/^.*@//')"
  done
fi

say_firewall
[ $# -ge 8 ] || exit 0
upstream_file=$8
if command -v nginx >/dev/null 2>&1; then
  printf 'nginx_version=%s\n' "$(nginx -v 2>&1 | sed -n 's|^nginx version: [^/]*/\([0-9.]*\).*|\1|p')"
  # Only two directives of the whole configuration are needed, and nothing else of it leaves the server.
  nginx -T 2>/dev/null | sed 's/#.*//' | tr ';{}' '[\n*]' | awk '
    $1 == "worker_shutdown_timeout" { timeout = $2 }
    $1 == "proxy_next_upstream_tries" { if ($2 + 0 > 0 && (tries == "" || $2 + 0 < tries)) tries = $2 + 0 }
    END { if (timeout != "") print "worker_shutdown_timeout=" timeout; if (tries != "") print "proxy_next_upstream_tries=" tries }'
fi
if systemctl is-active --quiet nginx; then printf 'nginx=active\n'; else printf 'nginx=inactive\n'; fi
if [ -e "$upstream_file" ]; then
  real=$(readlink -f -- "$upstream_file")
  printf 'upstream_path_base64=%s\n' "$(printf %s "$real" | base64 | tr -d '\n')"
  if [ -r "$real" ]; then
    printf 'upstream_sha256=%s\n' "$(sum_of "$real")"
    printf 'upstream_base64=%s\n' "$(base64 <"$real" | tr -d '\n')"
  else
    printf 'upstream=unreadable\n'
  fi
else
  printf 'upstream=missing\n'
fi
if [ -r "$state/owner" ] && [ -e "$state/lock" ] && ! flock -n "$state/lock" true 2>/dev/null; then
  printf 'lock=%s\n' "$(tr '\n' ' ' <"$state/owner")"
fi
if [ -e "$state/unloaded" ]; then printf 'nginx_unloaded=yes\n'; fi
say_sources "${9:-}"
