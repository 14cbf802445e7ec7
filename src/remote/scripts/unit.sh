# Changes the state of one instance of the workers' unit.
#   unit FLEET TOKEN ACTION UNIT
# ACTION is enable (and start), disable (and stop), start, stop or restart. Prints result=done or result=already, and
# before_pid= and pid= of its main process, 0 for none.
fleet=$1 token=$2 action=$3 unit=$4
check_name "$unit" unit
hold_change "$fleet" "$token" shared

state_of() { systemctl show --property="$1" --value "$unit"; }
before=$(state_of MainPID)
[ "$(state_of LoadState)" != not-found ] || fail 65 "systemd has no unit $unit on this server."
# A unit that failed too often is not started again before its count is set back (systemctl(1), reset-failed).
case $action in enable | start | restart) systemctl reset-failed "$unit" 2>/dev/null || true ;; esac

result='done'
case $action in
  enable)
    if [ "$(state_of ActiveState)" = active ] && [ "$(systemctl is-enabled "$unit" 2>/dev/null)" = enabled ]; then
      result=already
    else
      systemctl enable --now "$unit" 2>&1 || fail 70 "systemctl enable --now $unit failed."
    fi ;;
  disable)
    if [ "$(state_of ActiveState)" = inactive ] && [ "$(systemctl is-enabled "$unit" 2>/dev/null)" = disabled ]; then
      result=already
    else
      systemctl disable --now "$unit" 2>&1 || fail 70 "systemctl disable --now $unit failed."
    fi ;;
  start | stop | restart)
    systemctl "$action" "$unit" 2>&1 || fail 70 "systemctl $action $unit failed." ;;
  *) fail 64 "not an action: $action" ;;
esac
printf 'result=%s\nbefore_pid=%s\npid=%s\n' "$result" "$before" "$(state_of MainPID)"
