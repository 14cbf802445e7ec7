# Runs the fleet's own install command in the directory of the code, once after a copy: it is in fleet.yaml, and the plan showed it.
#   install FLEET TOKEN DIRECTORY COMMAND
fleet=$1 token=$2 directory=$3 command=$4
case $directory in /*) ;; *) fail 64 "not an absolute path: $directory" ;; esac
hold_change "$fleet" "$token" units

if [ ! -e "$directory/.fleet-ops-install" ]; then
  printf 'result=already\n'
  exit 0
fi
cd -- "$directory" || fail 65 "There is no directory $directory on this server."
sh -c "$command" 2>&1 || fail 70 "The install command failed with $?. It is run again with the next add-server."
rm -f -- "$directory/.fleet-ops-install"
printf 'result=done\n'
