# Moves what receive-tree has kept beside PATH into its place, in one step.
#   place-tree FLEET TOKEN directory|file PATH [install]
# With `install`, the directory records that it must still be installed: a run that breaks off before that is detected.
fleet=$1 token=$2 kind=$3 path=$4 install=${5:-}
case $path in /*) ;; *) fail 64 "not an absolute path: $path" ;; esac
hold_change "$fleet" "$token" change

folder=$(dirname -- "$path")
beside=$folder/.$(basename -- "$path").fleet-ops-new
[ -d "$beside" ] || fail 65 "There is no copy of $path to put in place."
if [ -e "$path" ]; then
  rm -rf -- "$beside"
  fail 65 "$path is on this server already."
fi
# Never into a directory created meanwhile (-T).
sync -f -- "$beside" 2>/dev/null || sync
case $kind in
  directory)
    if [ "$install" = install ]; then : >"$beside/.fleet-ops-install" || fail 70 "$beside could not be written to."; fi
    mv -T -- "$beside" "$path" 2>&1 || fail 70 "$path could not be put in place." ;;
  file)
    for file in "$beside"/* "$beside"/.[!.]*; do
      if [ -f "$file" ]; then mv -T -- "$file" "$path" 2>&1 || fail 70 "$path could not be put in place."; fi
    done
    rm -rf -- "$beside"
    [ -f "$path" ] || fail 70 "The copy of $path held no file." ;;
  *) fail 64 "not a kind: $kind" ;;
esac
printf 'result=done\n'
