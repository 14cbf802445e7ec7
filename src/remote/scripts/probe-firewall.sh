# What the probe says about the firewall. Only root may look at it.

listed() { # LINES: as one word, A,B; - for none
  list=$(printf '%s' "$1" | tr -d ' {}' | tr '\n' ',')
  printf '%s' "${list:--}"
}

# Which tools exist, and for each that has rules of ours a line `firewall=TOOL PORTS SOURCES STATE`. STATE is whole, unsaved
# (a boot would lose them), inactive (the tool is off) or partial (some are missing, or there are more than firewall.sh makes).
say_firewall() {
  [ "$(id -u)" = 0 ] || return 0
  printf 'firewall_seen=yes\n'
  if command -v nft >/dev/null 2>&1; then say_nftables; fi
  if command -v ufw >/dev/null 2>&1 && [ -e /etc/ufw/ufw.conf ]; then say_ufw; fi
}

say_nftables() {
  printf 'nftables=installed\n'
  saved=/etc/fleet-ops/firewall-$fleet.nft
  chain=$(nft -n list chain inet fleet_ops "workers-$fleet" 2>/dev/null | tr -s ' \t\n' ' ')
  if [ -z "$chain" ] && [ ! -e "$saved" ]; then return 0; fi
  nft_state=unsaved
  if [ -e "$saved" ] && systemctl is-enabled --quiet "fleet-ops-firewall-$fleet.service" 2>/dev/null; then nft_state=whole; fi
  nft_ports=$(printf '%s' "$chain" | sed -n -E 's/.* tcp dport (\{[^}]*\}|[^ ]+) .*reject.*/\1/p')
  nft_sources=$(printf '%s\n%s' "$(nft_from ip)" "$(nft_from ip6)" | sed '/^$/d')
  printf 'firewall=nftables %s %s %s\n' "$(listed "$nft_ports")" "$(listed "$nft_sources")" "$nft_state"
}

nft_from() { # ip|ip6
  printf '%s' "$chain" | sed -n -E "s/.* $1 saddr (\{[^}]*\}|[^ ]+) accept.*/\1/p"
}

say_ufw() {
  ufw_tag=comment=$(printf 'fleet-ops %s' "$fleet" | od -An -tx1 | tr -d ' \n')
  tuples=$(cat /etc/ufw/user.rules /etc/ufw/user6.rules 2>/dev/null | sed -n 's/^### tuple ### //p')
  own=$(printf '%s\n' "$tuples" | awk -v tag="$ufw_tag" '$NF == tag { print $1, $3, $6 }')
  if grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf; then
    ufw=active
  elif printf '%s\n' "$tuples" | grep -v "$ufw_tag\$" | grep -q .; then
    ufw=inactive-with-rules
  else
    ufw=inactive
  fi
  printf 'ufw=%s\n' "$ufw"
  [ -n "$own" ] || return 0
  ufw_ports=$(printf '%s\n' "$own" | awk '$1 == "reject" { print $2 }' | tr ':' '-' | sort -u)
  ufw_sources=$(printf '%s\n' "$own" | awk '$1 == "allow" { print $3 }' | sort -u)
  families=1
  if grep -qi '^IPV6="\{0,1\}yes' /etc/default/ufw; then families=2; fi
  ufw_wanted=$(($(printf '%s' "$ufw_ports" | grep -c .) * (families + $(printf '%s' "$ufw_sources" | grep -c .))))
  ufw_state=whole
  if [ "$(printf '%s\n' "$own" | wc -l)" -ne "$ufw_wanted" ]; then
    ufw_state=partial
  elif [ "$ufw" != active ]; then
    ufw_state=inactive
  fi
  printf 'firewall=ufw %s %s %s\n' "$(listed "$ufw_ports")" "$(listed "$ufw_sources")" "$ufw_state"
}

# A line `source=ADDRESS SOURCE` for each address from which this machine reaches another: by its own resolver and routes, as nginx
# does. Behind address translation the other side sees a different address, which only a person can know.
say_sources() { # ADDRESSES
  for address in $(printf '%s' "$1" | tr ',' ' '); do
    for target in $(getent ahosts "$address" 2>/dev/null | awk '{ print $1 }' | sort -u); do
      source=$(ip -o route get "$target" 2>/dev/null | sed -n 's/.* src \([^ ]*\).*/\1/p')
      [ -z "$source" ] || printf 'source=%s %s\n' "$address" "$source"
    done
  done
}
