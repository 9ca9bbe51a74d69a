#!/usr/bin/env bash
# A star of hosts with thin lines, on one machine (root, Debian's iproute2). Host 0 is the writer's,
# 1..N the readers'; all meet at a hub without limits (10.78.0.254), where the DHT belongs.
#
#   lab.sh up NAME N --up RATE --down RATE [--writer-up RATE] [--queue MS]
#                                   namespaces NAME-0 .. NAME-N (10.78.0.1 ..) and NAME-hub; rates as tc
#                                   writes them (8mbit), `none` for no limit; a queue of MS (100) at each
#   lab.sh bytes NAME               per host: bytes sent, bytes received, packets dropped on the way up, down
#   lab.sh down NAME                removes everything that `up` made
#
# The hub is a namespace of its own, so that labs of different names do not meet. There is no delay but
# that of the queues.
set -euo pipefail
verb=${1:?up, bytes or down} name=${2:?a name}
shift 2

# limit NAMESPACE DEVICE RATE: the rate at which what leaves by the device does.
limit() {
  [ "$3" = none ] && return
  local bits bytes
  case $3 in
    *gbit) bits=$((${3%gbit} * 1000000000)) ;;
    *mbit) bits=$((${3%mbit} * 1000000)) ;;
    *kbit) bits=$((${3%kbit} * 1000)) ;;
    *) echo "lab.sh: rates in kbit, mbit or gbit" >&2; exit 2 ;;
  esac
  bytes=$((bits / 8 * queue / 1000))
  [ "$bytes" -lt 15000 ] && bytes=15000
  # A burst of 2 ms, five packets at least.
  local burst=$((bits / 8 / 500))
  [ "$burst" -lt 7600 ] && burst=7600
  tc -n "$1" qdisc add dev "$2" root tbf rate "$3" burst "$burst" limit "$((bytes + burst))"
}

case $verb in
  up)
    n=${1:?how many readers} up=none down=none writer_up='' queue=100
    shift
    while [ $# -gt 0 ]; do
      case $1 in
        --up) up=$2 ;;
        --down) down=$2 ;;
        --writer-up) writer_up=$2 ;;
        --queue) queue=$2 ;;
        *) echo "lab.sh: what is $1?" >&2; exit 2 ;;
      esac
      shift 2
    done
    ip netns add "$name-hub"
    ip -n "$name-hub" link set lo up
    ip -n "$name-hub" link add hub type bridge
    ip -n "$name-hub" addr add 10.78.0.254/24 dev hub
    ip -n "$name-hub" link set hub up
    for i in $(seq 0 "$n"); do
      ip netns add "$name-$i"
      ip -n "$name-$i" link set lo up
      ip -n "$name-hub" link add "h$i" type veth peer name eth0 netns "$name-$i"
      ip -n "$name-hub" link set "h$i" master hub up
      ip -n "$name-$i" addr add "10.78.0.$((i + 1))/24" dev eth0
      ip -n "$name-$i" link set eth0 up
      rate=$up
      if [ "$i" = 0 ] && [ -n "$writer_up" ]; then rate=$writer_up; fi
      limit "$name-$i" eth0 "$rate"
      limit "$name-hub" "h$i" "$down"
    done
    ;;
  bytes)
    dropped() { tc -n "$1" -s qdisc show dev "$2" root | sed -n 's/.*dropped \([0-9]*\),.*/\1/p' | head -1; }
    i=0
    while [ -e "/run/netns/$name-$i" ]; do
      stats=/sys/class/net/eth0/statistics
      read -r tx rx < <(ip netns exec "$name-$i" sh -c "echo \$(cat $stats/tx_bytes $stats/rx_bytes)")
      echo "$i $tx $rx $(dropped "$name-$i" eth0) $(dropped "$name-hub" "h$i")"
      i=$((i + 1))
    done
    ;;
  down)
    for path in "/run/netns/$name-"*; do
      [ -e "$path" ] && ip netns del "$(basename "$path")"
    done
    ;;
  *) echo "lab.sh: up, bytes or down" >&2; exit 2 ;;
esac
