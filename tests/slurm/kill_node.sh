#!/usr/bin/env bash
# What a power cut does to one node: kill_node.sh DIR NODE. Bring it back with: slurmd -N NODE
# dask renames its processes, which hides their environment, so the trees below the node's
# slurmstepd processes are taken.
dir=$1
node=$2
below() { for child in $(pgrep -P "$1"); do below "$child"; done; echo "$1"; }
steps=$(for pid in $(grep -lzx "SLURMD_NODENAME=$node" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3); do
    while [ "${pid:-0}" -gt 1 ]; do
        grep -q slurmstepd "/proc/$pid/comm" 2>/dev/null && { echo "$pid"; break; }
        pid=$(awk '/^PPid/ {print $2}' "/proc/$pid/status" 2>/dev/null)
    done
done | sort -u)
all=$(cat "$dir/run/slurmd-$node.pid"; for step in $steps; do below "$step"; done)
kill -9 $all 2>/dev/null
exit 0
