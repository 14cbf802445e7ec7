# Creates the system user that workers run as, and its group, where none exists: without a password, a shell or a home of its own.
#   create-user FLEET TOKEN USER GROUP HOME
fleet=$1 token=$2 user=$3 group=$4 home=$5
check_name "$user" user
check_name "$group" group
case $home in /*) ;; *) fail 64 "not an absolute path: $home" ;; esac
hold_change "$fleet" "$token" change

if getent passwd "$user" >/dev/null; then
  printf 'result=already\n'
  exit 0
fi
getent group "$group" >/dev/null || groupadd --system "$group" 2>&1 || fail 70 "The group $group could not be made."
useradd --system --gid "$group" --home-dir "$home" --no-create-home --shell /usr/sbin/nologin "$user" 2>&1 ||
  fail 70 "The user $user could not be made."
printf 'result=done\n'
