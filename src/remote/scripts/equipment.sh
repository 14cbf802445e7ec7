# Says what this server lacks to become one of the fleet's, or has that another could be made from. Changes nothing.
#   equipment DIRECTORY ENV_FILE TEMPLATE
# TEMPLATE such as voxcore@. Prints key=value lines; a value in a text key ends in _base64.
directory=$1 env_file=$2 template=$3
check_name "$template" template

printf 'cores=%s\n' "$(nproc 2>/dev/null || grep -c '^processor' /proc/cpuinfo)"
printf 'architecture=%s\n' "$(uname -m)"
printf 'boot=%s\n' "$(this_boot)"
printf 'system_base64=%s\n' "$(sed -n 's/^PRETTY_NAME=//p' /etc/os-release 2>/dev/null | tr -d '"' | base64 | tr -d '\n')"
if [ -d /run/systemd/system ]; then printf 'systemd=yes\n'; else printf 'systemd=no\n'; fi
for tool in tar gzip flock useradd getent; do
  command -v "$tool" >/dev/null 2>&1 || printf 'missing=%s\n' "$tool"
done

# The target of a symbolic link counts, and is what is copied.
kind_of() { if [ -d "$1" ]; then echo directory; elif [ -f "$1" ]; then echo file; elif [ -e "$1" ]; then echo other; else echo missing; fi; }
printf 'directory=%s\n' "$(kind_of "$directory")"
printf 'environment=%s\n' "$(kind_of "$env_file")"
if [ -e "$directory/.fleet-ops-install" ]; then printf 'install=pending\n'; fi
if [ -d "$directory" ]; then printf 'bytes=%s\n' "$(du -sb -- "$(readlink -f -- "$directory")" 2>/dev/null | cut -f 1)"; fi

# Free space where the directory is or would be: in the nearest folder that exists.
folder=$directory
while [ ! -d "$folder" ]; do folder=$(dirname -- "$folder"); done
printf 'free=%s\n' "$(df -PB1 -- "$folder" 2>/dev/null | awk 'NR == 2 { print $4 }')"

# Any instance identifies a template; no fleet uses 0.
systemctl show --property=LoadState,FragmentPath,User,Group "${template}0.service" 2>/dev/null | awk -F= '
  $1 == "LoadState" { print "unit_state=" $2 }
  $1 == "User" { print "unit_user=" $2 }
  $1 == "Group" { print "unit_group=" $2 }'
fragment=$(systemctl show --property=FragmentPath --value "${template}0.service" 2>/dev/null)
if [ -n "$fragment" ]; then printf 'unit_path_base64=%s\n' "$(printf %s "$fragment" | base64 | tr -d '\n')"; fi
if [ -d "/etc/systemd/system/$template.service.d" ]; then printf 'unit_drop_ins=yes\n'; fi
cut -d: -f1,3 /etc/passwd | sed 's/^/user=/'

# The ports that something listens on, as ADDRESS:PORT (ss(8)).
ss -ltnH 2>/dev/null | awk '{ print "listening=" $4 }'
