# Says what `fleet-ops doctor` asks in addition to the probe: systemd, the unit's template and, if asked, nginx's own test. Changes nothing.
#   examine TEMPLATE [nginx]
# TEMPLATE such as voxcore@. Prints key=value lines; a value in a text key ends in _base64.
template=$1
check_name "$template" template

if command -v systemctl >/dev/null 2>&1; then
  # Anything but "running" exits with an error, but is still an answer (systemctl(1), is-system-running).
  printf 'systemd=%s\n' "$(systemctl is-system-running 2>/dev/null | grep . || echo unknown)"
else
  printf 'systemd=missing\n'
fi
# Compared as text, because systemctl would interpret a pattern.
found=$(systemctl list-unit-files --type=service --full --no-legend --no-pager 2>/dev/null | unit="$template.service" awk '$1 == ENVIRON["unit"] { print $2; exit }')
printf 'template=%s\n' "${found:-missing}"

[ "${2-}" = nginx ] || exit 0
if ! command -v nginx >/dev/null 2>&1; then
  printf 'nginx_test=missing\n'
elif said=$(nginx -t 2>&1); then
  printf 'nginx_test=passed\n'
else
  printf 'nginx_test=failed\n'
  printf 'nginx_said_base64=%s\n' "$(printf %s "$said" | head -c 4000 | base64 | tr -d '\n')"
fi
