# Tests nginx's configuration and, if it passes, reloads nginx. Prints what nginx says, then result=done.
#   reload FLEET TOKEN
hold_change "$1" "$2" change
nginx -t 2>&1 || fail 78 'nginx -t refuses the configuration: nothing was reloaded.'
systemctl is-active --quiet nginx || fail 70 'nginx is not running.'
reload_nginx || fail 70 'nginx could not be reloaded.'
printf 'result=done\n'
