# Has systemd read its unit files again.
#   daemon-reload FLEET TOKEN
hold_change "$1" "$2" units
systemctl --no-ask-password daemon-reload 2>&1 || fail 70 'systemctl daemon-reload failed.'
printf 'result=done\n'
