# Changes the state of one instance of the workers' unit.
#   unit FLEET TOKEN ACTION UNIT
# ACTION is enable (and start), disable (and stop), start, stop or restart. Prints what systemd says, then result=done or
# result=already, and before_pid= and pid= of its main process, 0 for none.
fleet=$1 token=$2 action=$3 unit=$4
check_name "$unit" unit
case $action in enable | disable | start | stop | restart) ;; *) fail 64 "not an action: $action" ;; esac
hold_change "$fleet" "$token" units

state_of() { systemctl show --property="$1" --value "$unit"; }
told() { systemctl --no-ask-password "$@" "$unit" 2>&1; }
before=$(state_of MainPID)
active=$(state_of ActiveState)
enabled=$(systemctl is-enabled "$unit" 2>/dev/null)
case $(state_of LoadState) in
  not-found) fail 65 "systemd has no unit $unit on this server." ;;
  masked) fail 65 "$unit is masked on this server: systemctl unmask $unit lets it start." ;;
esac
# A unit that failed too often is not started again until its counter is reset (systemctl(1), reset-failed).
case $action in enable | start | restart) systemctl reset-failed "$unit" 2>/dev/null || true ;; esac

result='done'
case $action:$active:$enabled in
  enable:active:enabled | disable:inactive:disabled) result=already ;;
  enable:*)
    told enable --now || {
      [ "$enabled" = enabled ] || told disable >/dev/null
      fail 70 "systemctl enable --now $unit failed."
    } ;;
  disable:*) told disable --now || fail 71 "systemctl disable --now $unit failed." ;;
  *) told "$action" || fail 71 "systemctl $action $unit failed." ;;
esac
printf 'result=%s\nbefore_pid=%s\npid=%s\n' "$result" "$before" "$(state_of MainPID)"
