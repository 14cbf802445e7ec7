#!/bin/sh
# A stand-in for systemctl on a test's host: nginx is real, the workers' units are folders of properties, and what it is told
# is written down. A test makes units/NAME/PROPERTY files, and units/NAME/fails to have a change fail.
folder=@FOLDER@
units=$folder/units
mkdir -p "$units"

property() { # UNIT PROPERTY
  if [ "$1" = nginx ]; then
    case $2 in
      MainPID) grep . /run/nginx.pid 2>/dev/null || echo 0 ;;
      LoadState) echo loaded ;;
      ActiveState) if kill -0 "$(cat /run/nginx.pid 2>/dev/null)" 2>/dev/null; then echo active; else echo inactive; fi ;;
    esac
  elif [ -e "$units/$1/$2" ]; then
    cat "$units/$1/$2"
  else
    case $2 in
      LoadState) if [ -d "$units/$1" ]; then echo loaded; else echo not-found; fi ;;
      ActiveState) echo inactive ;;
      SubState) echo dead ;;
      UnitFileState) echo disabled ;;
      NRestarts | MainPID) echo 0 ;;
      *) echo ;;
    esac
  fi
}

set_property() { printf '%s\n' "$3" >"$units/$1/$2"; }

began() { # UNIT
  set_property "$1" ActiveState active
  set_property "$1" SubState running
  set_property "$1" MainPID "$$"
  set_property "$1" ExecMainStartTimestamp "@$(date +%s)"
}

ended() { # UNIT
  set_property "$1" ActiveState inactive
  set_property "$1" SubState dead
  set_property "$1" MainPID 0
}

show() {
  value=no wanted= named=
  for argument in "$@"; do
    case $argument in
      --value) value=yes ;;
      --property=*) wanted=$(printf %s "${argument#--property=}" | tr ',' ' ') ;;
      --*) ;;
      *) named="$named $argument" ;;
    esac
  done
  for unit in $named; do
    for one in $wanted; do
      if [ "$value" = yes ]; then property "$unit" "$one"
      elif [ "$one" = Id ]; then printf 'Id=%s\n' "$unit"
      else printf '%s=%s\n' "$one" "$(property "$unit" "$one")"; fi
    done
    [ "$value" = yes ] || echo
  done
}

change() { # ACTION UNIT
  printf '%s %s\n' "$1" "$2" >>"$folder/told"
  if [ -e "$units/$2/fails" ]; then
    cat "$units/$2/fails" >&2
    exit 1
  fi
}

while [ "${1#--}" != "$1" ]; do shift; done
action=$1
shift
case $action in
  show) show "$@" ;;
  list-units) for unit in "$units"/*; do [ -d "$unit" ] && printf '%s loaded active running A worker\n' "$(basename "$unit")"; done ;;
  is-active) for unit; do :; done; [ "$(property "$unit" ActiveState)" = active ] ;;
  is-enabled) property "$1" UnitFileState; [ "$(property "$1" UnitFileState)" = enabled ] ;;
  reset-failed) ;;
  reload)
    change reload "$1"
    nginx -s reload ;;
  enable | disable)
    for unit; do :; done
    change "$action" "$unit"
    set_property "$unit" UnitFileState "${action}d"
    if [ "$1" = --now ]; then if [ "$action" = enable ]; then began "$unit"; else ended "$unit"; fi; fi ;;
  start | restart)
    change "$action" "$1"
    began "$1" ;;
  stop)
    change stop "$1"
    ended "$1" ;;
  *)
    printf 'no such action: %s\n' "$action" >&2
    exit 64 ;;
esac
