# Says what runs on this server that a fleet.yaml could describe. Changes nothing.
#   survey
# Prints key=value lines; a value in a text key ends in _base64. Of the env files only names leave the server, and only those of
# variables that hold one or several whole numbers. For each instance of a template a line unit=, followed by systemd's properties of it;
# then what each listens on, the env files, and http's upstream blocks of nginx's whole configuration, but nothing else of it.
printf 'hostname=%s\n' "$(hostname 2>/dev/null || cat /proc/sys/kernel/hostname)"
printf 'boot=%s\n' "$(this_boot)"
addresses=$(ip -o addr show 2>/dev/null | awk '{ sub("/.*", "", $4); print $4 }' | tr '\n' ' ')
printf 'addresses=%s\n' "${addresses:-$(hostname -I 2>/dev/null)}"

# Instances with numbers, from systemd's loaded units and from the links that start units at boot. Those of systemd's own
# templates are not workers.
instances=$(
  {
    systemctl list-units --type=service --all --plain --no-legend --full '*@*.service' 2>/dev/null | awk '{ print $1 }'
    for link in /etc/systemd/system/*.wants/*@*.service; do
      [ -L "$link" ] && basename "$link"
    done
  } | grep -E '^[A-Za-z0-9][A-Za-z0-9_.\\:-]*@[0-9]{1,5}\.service$' | grep -vE '^(user|user-runtime-dir|systemd-[^@]*)@' | sort -u
)
# shellcheck disable=SC2086
[ -z "$instances" ] || systemctl show --property=Id,LoadState,ActiveState,UnitFileState,MainPID,WorkingDirectory,EnvironmentFiles $instances | awk '
  function flush() { if (id != "") printf "unit=%s\n%s", id, rest; id = rest = "" }
  /^$/ { flush(); next }
  /^Id=/ { id = substr($0, 4); next }
  { rest = rest $0 "\n" }
  END { flush() }'

# A socket belongs to the unit whose cgroup its process is in: the process may be a child of the main one.
if command -v ss >/dev/null 2>&1; then printf 'sockets=listed\n'; fi
{ ss -H -l -t -n -p 2>/dev/null | awk '{ print "port", $4, $0 }'; ss -H -l -x -n -p 2>/dev/null | awk '{ print "socket", $5, $0 }'; } | awk '
  function unit_of(pid,   file, line, parts, count, at, unit) {
    file = "/proc/" pid "/cgroup"
    while ((getline line < file) > 0) {
      count = split(line, parts, "/")
      for (at = 1; at <= count; at++) if (parts[at] ~ /@[0-9]+\.service$/) unit = parts[at]
    }
    close(file)
    return unit
  }
  {
    rest = $0
    while (match(rest, /pid=[0-9]+/)) {
      unit = unit_of(substr(rest, RSTART + 4, RLENGTH - 4))
      rest = substr(rest, RSTART + RLENGTH)
      if (unit != "" && !seen[unit, $1, $2]++) print "listens=" unit, $1, $2
    }
  }'

# Variables that hold a whole number, or several as 1,2,4; lines within a quoted value, such as a key's, are not variables.
counts_of() { # FILE
  awk '
    open != "" { if (index($0, open)) open = ""; next }
    { sub(/\r$/, ""); sub(/^[ \t]+/, ""); sub(/^export[ \t]+/, "") }
    continued { continued = /\\$/; next }
    { continued = /\\$/ }
    match($0, /^[A-Za-z_][A-Za-z0-9_]*[ \t]*=/) {
      name = substr($0, 1, RLENGTH - 1); value = substr($0, RLENGTH + 1)
      sub(/[ \t]+$/, "", name); sub(/^[ \t]+/, "", value); sub(/[ \t]+$/, "", value)
      quote = substr(value, 1, 1)
      if (quote == "\"" || quote == "\047") {
        if (index(substr(value, 2), quote) == 0) { open = quote; next }
        value = substr(value, 2, length(value) - 2)
      }
      if (length(name) <= 64 && value ~ /^[0-9][0-9]?[0-9]?[0-9]?(,[0-9][0-9]?[0-9]?[0-9]?)*$/ && !seen[name]++) printf " %s", name
    }' "$1"
}
# shellcheck disable=SC2086
files=$(
  [ -z "$instances" ] || systemctl show --property=WorkingDirectory,EnvironmentFiles $instances | awk '
    /^EnvironmentFiles=\// { sub(/^EnvironmentFiles=/, ""); sub(/ \(ignore_errors=.*/, ""); print }
    /^WorkingDirectory=[!-]*\// { sub(/^[^\/]*/, ""); sub(/\/$/, ""); print $0 "/.env" }' | sort -u
)
printf '%s\n' "$files" | while IFS= read -r file; do
  case $file in '' | *[*?[]*) continue ;; esac
  encoded=$(printf %s "$file" | base64 | tr -d '\n')
  if [ ! -e "$file" ]; then
    printf 'env_file=%s missing\n' "$encoded"
  elif [ ! -r "$file" ]; then
    printf 'env_file=%s unreadable\n' "$encoded"
  else
    printf 'env_file=%s read%s\n' "$encoded" "$(counts_of "$file")"
  fi
done

# What Fleet Ops itself has set up before, one line per fleet; ufw keeps comments, such as `fleet-ops NAME`, in hexadecimal.
{
  if command -v nft >/dev/null 2>&1; then nft list table inet fleet_ops 2>/dev/null | sed -n 's/^[ \t]*chain workers-\([^ ]*\) .*/nftables \1/p'; fi
  for file in /etc/fleet-ops/firewall-*.nft; do
    [ ! -f "$file" ] || basename "$file" .nft | sed 's/^firewall-/nftables /'
  done
} | sort -u | sed 's/^/firewall=/'
sed -n 's/^### tuple ### .* comment=666c6565742d6f707320\([0-9a-f]*\)$/firewall_hex=ufw \1/p' /etc/ufw/user.rules 2>/dev/null | sort -u

if ! command -v nginx >/dev/null 2>&1; then
  printf 'nginx=none\n'
  exit 0
fi
if systemctl is-active --quiet nginx; then printf 'nginx=active\n'; else printf 'nginx=inactive\n'; fi
# nginx -T prints nothing of a configuration that it refuses: then read the files in their usual places.
configuration() {
  nginx -T 2>/dev/null && return
  for file in /etc/nginx/nginx.conf /etc/nginx/conf.d/*.conf /etc/nginx/sites-enabled/*; do
    [ -f "$file" ] && printf '# configuration file %s:\n' "$file" && cat "$file"
  done
}
# One directive per line, only http's upstream blocks (stream and mail have their own): `F` and a file, `U` and a name, `D` and a directive.
upstreams=$(
  configuration | awk '
    /^# configuration file .*:$/ { sub(/^# configuration file /, ""); sub(/:$/, ""); print "\001" $0; next }
    { sub(/^#.*/, ""); sub(/[ \t;{}]#.*/, ""); gsub(/;/, " ;\n"); gsub(/\{/, " {\n"); gsub(/\}/, "\n}\n"); print }' | awk '
    /^\001/ { file = substr($0, 2); statement = ""; next }
    {
      for (word = 1; word <= NF; word++) {
        if ($word == "{") {
          depth++
          if (!elsewhere && statement ~ /^(stream|mail)$/) elsewhere = depth
          if (!inside && !elsewhere && split(statement, words, " ") == 2 && words[1] == "upstream") {
            inside = depth
            print "F " file
            print "U " words[2]
          }
          statement = ""
        } else if ($word == "}") {
          if (inside == depth) inside = 0
          if (elsewhere == depth) elsewhere = 0
          depth--
          statement = ""
        } else if ($word == ";") {
          if (inside) print "D " statement
          statement = ""
        } else statement = statement (statement == "" ? "" : " ") $word
      }
    }'
)
printf '%s\n' "$upstreams" | while IFS= read -r line; do
  case $line in
    'F '*) printf 'upstream_file_base64=%s\n' "$(printf %s "${line#F }" | base64 | tr -d '\n')" ;;
    'U '*) printf 'upstream_base64=%s\n' "$(printf %s "${line#U }" | base64 | tr -d '\n')" ;;
    'D '*) printf 'directive_base64=%s\n' "$(printf %s "${line#D }" | base64 | tr -d '\n')" ;;
  esac
done
# What nginx on this machine resolves the names in server lines to.
printf '%s\n' "$upstreams" | sed -n 's/^D server \([A-Za-z_][A-Za-z0-9_.-]*\)\(:[0-9]*\)\{0,1\}\( .*\)\{0,1\}$/\1/p' | sort -u | head -n 50 | while IFS= read -r name; do
  [ "$name" = unix ] || printf 'resolves=%s %s\n' "$name" "$(getent ahosts "$name" | awk '!seen[$1]++ { printf "%s ", $1 }')"
done
