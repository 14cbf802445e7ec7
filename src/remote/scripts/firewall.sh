# Lets only some addresses open a connection to the workers' ports; every other port stays as open as it is.
#   firewall FLEET TOKEN TOOL PORTS SOURCES
# TOOL is nftables, ufw or none; PORTS such as 8001-8004,8010; SOURCES addresses and networks separated by commas, or empty.
# Our rules under another tool are removed last, so that the ports are never left open. Prints what the tools say, then
# result=done or result=already. If it fails, the previous rules are in force again.
fleet=$1 token=$2 tool=$3 ports=$4 sources=$5
case $tool in nftables | ufw | none) ;; *) fail 64 "not a firewall: $tool" ;; esac
case $ports in *[!0-9,-]*) fail 64 "not ports: $ports" ;; esac
case $sources in *[!0-9A-Fa-f.:/,]*) fail 64 "not addresses: $sources" ;; esac
if [ "$tool" != none ] && [ -z "$ports" ]; then fail 64 'no ports'; fi
hold_change "$fleet" "$token" change

each() { printf '%s' "$1" | tr ',' '\n'; } # A,B: one per line, without a final newline, as `for` accepts them
# The ports that sshd would use if started now, those it listens on, and those systemd listens on for it. With `Match` in its
# configuration an older sshd says nothing unless it is told who connects (sshd(8), -C).
ssh_ports() {
  sshd -T -C user=root,host=localhost,addr=127.0.0.1 2>/dev/null | awk '$1 == "port" { print $2 }'
  ss -H -l -t -n -p 2>/dev/null | awk '/\("(sshd|dropbear)"/ { sub(/.*:/, "", $4); print $4 }'
  for socket in ssh.socket sshd.socket; do
    if systemctl is-active --quiet "$socket"; then systemctl show --property=Listen "$socket" | sed -n 's/^Listen=.*:\([0-9]*\) (Stream)$/\1/p'; fi
  done
}
ssh_ports=$(ssh_ports | sort -u)
if [ "$tool" != none ] && [ -z "$ssh_ports" ]; then
  fail 65 'Neither sshd nor ss says on which port of this server ssh is reached, which might be closed.'
fi
for port in $ssh_ports; do
  each "$ports" | awk -F- -v ssh="$port" '{ if (ssh + 0 >= $1 + 0 && ssh + 0 <= (NF > 1 ? $2 : $1) + 0) exit 1 }' ||
    fail 65 "sshd listens on port $port of this server, which would be closed."
done

saved=/etc/fleet-ops/firewall-$fleet.nft
service=fleet-ops-firewall-$fleet.service
service_file=/etc/systemd/system/$service
result=already

# Only packets that open a connection are checked for their source (a SYN without ACK, RFC 9293, 3.5): open connections stay open, and
# none need be tracked. A reset tells the client at once what a dropped packet tells it after a minute. The first part creates the chain
# if it does not exist, so that the file can be loaded repeatedly; nft applies a file as a whole or not at all (nft(8), -f).
nft_rules() {
  four=$(each "$sources" | grep -v : | tr '\n' ',')
  six=$(each "$sources" | grep : | tr '\n' ',')
  printf 'table inet fleet_ops {\n  chain workers-%s {\n    type filter hook input priority 0; policy accept;\n  }\n}\n' "$fleet"
  printf 'flush chain inet fleet_ops workers-%s\n' "$fleet"
  printf 'table inet fleet_ops {\n  chain workers-%s {\n    iifname "lo" accept\n' "$fleet"
  [ -z "$four" ] || printf '    ip saddr { %s } accept\n' "${four%,}"
  [ -z "$six" ] || printf '    ip6 saddr { %s } accept\n' "${six%,}"
  printf '    tcp dport { %s } tcp flags & (syn | ack) == syn reject with tcp reset\n  }\n}\n' "$ports"
}

# A unit of its own, so that no one else's files are touched. nftables.service begins by flushing every table, so this one
# follows whatever it does (systemd.unit(5), PartOf=, ReloadPropagatedFrom=).
nft_service() {
  printf '[Unit]\nDescription=Lets only the load balancer reach the workers of fleet %s (Fleet Ops)\n' "$fleet"
  printf 'DefaultDependencies=no\nAfter=local-fs.target nftables.service\nWants=network-pre.target\nBefore=network-pre.target shutdown.target\n'
  printf 'Conflicts=shutdown.target\nPartOf=nftables.service\nReloadPropagatedFrom=nftables.service\n\n'
  printf '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=%s -f %s\nExecReload=%s -f %s\n\n' "$nft" "$saved" "$nft" "$saved"
  printf '[Install]\nWantedBy=sysinit.target nftables.service\n'
}

nft_chain() { nft -n list chain inet fleet_ops "workers-$fleet" 2>/dev/null; }

set_nftables() {
  nft=$(command -v nft) || fail 65 'nftables is not installed on this server: install it, or set firewall.tool to another.'
  chain=$(nft_chain)
  { mkdir -p /etc/fleet-ops && nft_rules >"$saved.new" && nft_service >"$saved.service"; } || fail 70 '/etc/fleet-ops cannot be written: is the disk full, or read-only?'
  trap 'rm -f -- "$saved.new" "$saved.service" "$saved.old"' EXIT
  nft -c -f "$saved.new" 2>&1 || fail 70 'nft refuses the rules.'
  if [ -e "$saved" ]; then cp -p -- "$saved" "$saved.old" || fail 70 "$saved.old could not be written: is the disk full?"; fi
  if [ -n "$chain" ] && cmp -s -- "$saved.new" "$saved" && cmp -s -- "$saved.service" "$service_file" &&
    systemctl is-enabled --quiet "$service"; then same=yes; else same=; fi
  flush "$saved.new"
  if mv -f -- "$saved.new" "$saved" && cp -- "$saved.service" "$service_file" && chmod 644 "$service_file" &&
    systemctl daemon-reload && systemctl --no-ask-password enable --quiet "$service" 2>&1 &&
    systemctl --no-ask-password restart "$service" 2>&1; then
    if [ -z "$same" ] || [ "$chain" != "$(nft_chain)" ]; then result='done'; fi
    return 0
  fi
  if [ -e "$saved.old" ]; then mv -f -- "$saved.old" "$saved" && nft -f "$saved" 2>&1; else remove_nftables; fi
  fail 70 'The rules could not be put in force.'
}

remove_nftables() {
  if [ -e "$service_file" ] || [ -e "$saved" ]; then
    systemctl --no-ask-password disable --quiet --now "$service" 2>&1
    rm -f -- "$service_file" "$saved"
    systemctl daemon-reload
    rmdir /etc/fleet-ops 2>/dev/null
    result='done'
  fi
  [ -n "$(nft_chain)" ] || return 0
  printf 'flush chain inet fleet_ops workers-%s\ndelete chain inet fleet_ops workers-%s\n' "$fleet" "$fleet" | nft -f - 2>&1 ||
    fail 71 'The rules of nftables could not be taken away.'
  nft list table inet fleet_ops | grep -q 'chain' || nft delete table inet fleet_ops
  result='done'
}

# ufw keeps its rules as lines of `### tuple ### ACTION PROTOCOL PORTS TO PORTS FROM in comment=HEX`; the comment identifies ours.
rules=/etc/ufw/user.rules rules6=/etc/ufw/user6.rules
comment="fleet-ops $fleet"
tag=comment=$(printf '%s' "$comment" | od -An -tx1 | tr -d ' \n')

ufw_tuples() { cat "$rules" "$rules6" 2>/dev/null | sed -n 's/^### tuple ### //p'; }
ufw_own() { ufw_tuples | awk -v tag="$tag" '$NF == tag { print $1, $3, $6 }'; }

# The number of rules as `ufw insert` counts them: an application's lines are one rule.
ufw_count() { # FILE
  sed -n 's/^### tuple ### //p' "$1" 2>/dev/null | awk '$7 !~ /^(in|out)/ && seen[$7 " " $8]++ { next } { n++ } END { print n + 0 }'
}

# After our last rule that allows somebody, and before others' rules that might: the first match counts (ufw(8)).
ufw_close() { # PORTS FROM FILE OFFSET
  last=$(sed -n 's/^### tuple ### //p' "$3" | awk -v tag="$tag" -v ports="$1" '{ n++ } $NF == tag && $1 == "allow" && $3 == ports { last = n } END { print last + 0 }')
  if [ "$last" -ge "$(ufw_count "$3")" ]; then
    ufw reject proto tcp from "$2" to any port "$1" comment "$comment" 2>&1
  else
    ufw insert $(($4 + last + 1)) reject proto tcp from "$2" to any port "$1" comment "$comment" 2>&1
  fi
}

ufw_add() {
  for range in $(each "$ports" | tr '-' ':'); do
    for source in $(each "$sources"); do
      ufw prepend allow proto tcp from "$source" to any port "$range" comment "$comment" 2>&1 || return 1
    done
    ufw_close "$range" 0.0.0.0/0 "$rules" 0 || return 1
    [ -z "$six" ] || ufw_close "$range" ::/0 "$rules6" "$(ufw_count "$rules")" || return 1
  done
}

ufw_wanted() {
  for range in $(each "$ports" | tr '-' ':'); do
    for source in $(each "$sources"); do printf 'allow %s %s\n' "$range" "$source"; done
    printf 'reject %s 0.0.0.0/0\n' "$range"
    [ -z "$six" ] || printf 'reject %s ::/0\n' "$range"
  done
}

# Deletes those of our rules that are not among the given lines.
ufw_delete_others() { # LINES
  ufw_own | while read -r action range source; do
    printf '%s\n' "$1" | grep -qxF "$action $range $source" && continue
    ufw --force delete "$action" proto tcp from "$source" to any port "$range" 2>&1 || exit 1
  done
}

set_ufw() {
  command -v ufw >/dev/null || fail 65 'ufw is not installed on this server: install it, or set firewall.tool to another.'
  six=$(grep -qi '^IPV6="\{0,1\}yes' /etc/default/ufw && echo yes)
  active=$(grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf && echo yes)
  if [ -z "$active" ] && ufw_tuples | grep -v "$tag\$" | grep -q .; then
    fail 65 "ufw is not enabled on this server and has rules that enabling it would put in force: look at them with \`ufw show added\`, and at whether they let ssh and nginx in, then \`ufw enable\`."
  fi
  for range in $(each "$ports" | tr '-' ':'); do
    # ufw treats a rule for the same ports and addresses as a change of the existing one.
    if ufw_tuples | awk -v tag="$tag" -v ports="$range" '$NF != tag && $2 == "tcp" && $3 == ports && $6 ~ /\/0$/ && $5 == "any" { found = 1 } END { exit !found }'; then
      fail 65 "ufw has a rule of its own for port $range from anywhere, which would let everybody in: \`ufw delete\` it."
    fi
  done
  before=$(ufw_own | sort)
  copy=/etc/fleet-ops/firewall-$fleet.ufw
  trap 'rm -rf -- "$copy"' EXIT
  # A copy left by a crash is of no use any more.
  { rm -rf -- "$copy" && mkdir -p /etc/fleet-ops && mkdir -m 700 -- "$copy"; } || fail 70 'No copy of the rules of ufw could be made: is the disk full?'
  for file in "$rules" "$rules6" /etc/default/ufw /etc/ufw/ufw.conf; do
    [ ! -e "$file" ] || cp -p -- "$file" "$copy/" || fail 70 'No copy of the rules of ufw could be made: is the disk full?'
  done
  wanted=$(ufw_wanted)
  if ufw_add && ufw_enable && ufw_delete_others "$wanted" && [ "$(ufw_own | sort)" = "$(printf '%s\n' "$wanted" | sort)" ]; then
    if [ "$before" != "$(ufw_own | sort)" ] || [ -z "$active" ]; then result='done'; fi
    return 0
  fi
  for file in "$rules" "$rules6" /etc/default/ufw /etc/ufw/ufw.conf; do
    [ ! -e "$copy/$(basename "$file")" ] || cp -p -- "$copy/$(basename "$file")" "$file"
  done
  if [ -n "$active" ]; then ufw reload 2>&1; else ufw --force disable 2>&1; fi
  fail 70 'ufw did not take the rules.'
}

# If ufw has only our rules, it is enabled with everything open except what our rules close: neither ssh nor nginx is cut off.
ufw_enable() {
  [ -z "$active" ] || return 0
  ufw default allow incoming 2>&1 && ufw --force enable 2>&1 && systemctl --no-ask-password enable --quiet ufw 2>&1
}

remove_ufw() {
  [ -n "$(ufw_own)" ] || return 0
  ufw_delete_others '' || fail 71 'The rules of ufw could not be taken away.'
  result='done'
}

case $tool in
  nftables) set_nftables && remove_ufw ;;
  ufw) set_ufw && remove_nftables ;;
  none) remove_nftables && remove_ufw ;;
esac
printf 'result=%s\n' "$result"
