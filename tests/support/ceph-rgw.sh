#!/bin/bash
# A real S3 server for tests: one Ceph monitor, one OSD and one RADOS gateway, all on loopback, all below DIR.
#
#   ceph-rgw.sh start DIR PORT    S3 answers at http://127.0.0.1:PORT, key "test", secret "test-secret"
#   ceph-rgw.sh stop DIR          kills the three and removes DIR
#
# Packages: apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd
# Uses PORT to PORT+20. CEPH_STORE=bluestore keeps objects on disk instead of in memory.
set -euo pipefail

usage() {
  echo "usage: $0 start DIR PORT | stop DIR" >&2
  exit 2
}

stop() {
  # Data that nobody keeps needs no orderly end, and an OSD takes seconds for one.
  for file in "$1"/{rgw,osd,mon}.pid; do
    [ -f "$file" ] && kill -9 "$(cat "$file")" 2>/dev/null || true
  done
  for _ in $(seq 20); do
    rm -rf "$1" 2>/dev/null && return
    sleep 0.1
  done
}

daemon() { # name, command...
  local name=$1
  shift
  setsid "$@" >"$dir/$name.out" 2>&1 </dev/null &
  echo $! >"$dir/$name.pid"
}

wait_for() { # seconds, command...
  local tries=$(($1 * 5))
  shift
  for _ in $(seq "$tries"); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.2
  done
  echo "gave up waiting for: $*" >&2
  tail -n 20 "$dir"/*.out >&2
  exit 1
}

osd_is_up() { ceph -c "$conf" osd stat | grep -q '1 up'; }
gateway_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port"); }

write_conf() {
  # "ms mon client mode": the gateway wants an encrypted link to the monitor, which cannot be had without keys; it would
  # hang. "tcp_nodelay": without it each small answer takes 45 ms. "mon data avail crit": or a full disk stops the monitor.
  # "osd class dir": the packaged default of newer releases is relative and wrong.
  cat >"$conf" <<CONF
[global]
fsid = $fsid
mon host = $monitor
auth cluster required = none
auth service required = none
auth client required = none
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
ms bind port min = $((port + 5))
ms bind port max = $((port + 20))
run dir = $dir
admin socket = $dir/\$name.asok
log file = $dir/\$name.log
log to stderr = false
mon cluster log file = $dir/cluster.log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 2000
mon data avail warn = 1
mon data avail crit = 1
[mon.a]
mon data = $dir/mon
[osd.0]
osd data = $dir/osd
osd class dir = $(dirname "$(find /usr/lib -name libcls_rgw.so -print -quit)")
osd objectstore = ${CEPH_STORE:-memstore}
osd max object name len = 256
osd max object namespace len = 64
memstore device bytes = 8589934592
bluestore block size = 21474836480
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw data = $dir/rgw
rgw thread pool size = 32
keyring = $dir/none
ms mon client mode = crc
CONF
}

start() {
  mkdir -p "$dir"/{mon,osd,rgw}
  conf=$dir/ceph.conf
  fsid=$(cat /proc/sys/kernel/random/uuid)
  monitor="[v2:127.0.0.1:$((port + 1)),v1:127.0.0.1:$((port + 2))]"
  write_conf

  monmaptool --create --fsid "$fsid" --addv a "$monitor" "$dir/monmap" >/dev/null
  ceph-mon -c "$conf" --mkfs -i a --monmap "$dir/monmap"
  daemon mon ceph-mon -c "$conf" -f -i a

  local osd_uuid
  osd_uuid=$(cat /proc/sys/kernel/random/uuid)
  timeout 60 ceph -c "$conf" osd new "$osd_uuid" 0 >/dev/null
  ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$osd_uuid" >"$dir/osd-mkfs.out" 2>&1
  daemon osd ceph-osd -c "$conf" -f -i 0
  wait_for 60 osd_is_up

  timeout 120 radosgw-admin -c "$conf" -n client.rgw user create --uid=test --display-name=test \
    --access-key=test --secret-key=test-secret >"$dir/user.out" 2>&1
  daemon rgw radosgw -c "$conf" -f -n client.rgw
  wait_for 60 gateway_answers
}

case "${1:-}" in
start)
  [ $# -eq 3 ] || usage
  dir=$2 port=$3
  start
  ;;
stop)
  [ $# -eq 2 ] || usage
  stop "$2"
  ;;
*) usage ;;
esac
