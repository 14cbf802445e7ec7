# Records on this machine which workers a rollout restarts, and when systemd last started each: a run after a failure skips those that
# have started again meanwhile. Start times are only compared with each other, so that no clock matters.
#   note-rollout FLEET TOKEN begins|anew|ends UNIT…
# begins keeps the note of an earlier run that did not end well; anew discards it; ends removes these units from the note.
fleet=$1 token=$2 moment=$3
shift 3
case $moment in begins | anew | ends) ;; *) fail 64 "not a moment: $moment" ;; esac
for unit in "$@"; do check_name "$unit" unit; done
hold_change "$fleet" "$token" change

umask 022
new=$note.new
trap 'rm -f -- "$new"' EXIT
mkdir -p "$(dirname -- "$note")" || fail 70 "$note cannot be written."
since=$(date +%s) noted=
if [ "$moment" != anew ] && is_noted; then
  since=$(sed -n 1p "$note") noted=$(sed 1d "$note")
fi
kept=$(
  printf '%s\n' "$noted" | while read -r unit start; do
    case " $* " in *" $unit "*) [ "$moment" = begins ] || continue ;; esac
    [ -z "$unit" ] || printf '%s %s\n' "$unit" "$start"
  done
  [ "$moment" != ends ] || exit 0
  for unit in "$@"; do
    case $noted in "$unit "* | *"
$unit "*) ;; *) printf '%s %s\n' "$unit" "$(started_of "$unit")" ;; esac
  done
)
if [ -z "$kept" ]; then
  rm -f -- "$note" || fail 70 "$note cannot be taken away."
else
  { printf '%s\n%s\n' "$since" "$kept" >"$new"; } 2>/dev/null || fail 70 "$new could not be written: is the disk full?"
  mv -f -- "$new" "$note" || fail 70 "$note cannot be written."
fi
printf 'result=done\n'
