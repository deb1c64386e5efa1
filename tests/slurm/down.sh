#!/usr/bin/env bash
# End the Slurm that up.sh started: down.sh DIR
dir=$1
export SLURM_CONF=$dir/slurm.conf
scancel --full -u root 2>/dev/null
sleep 1
for file in "$dir"/run/slurmd-*.pid "$dir/run/slurmctld.pid" "$dir/run/munged.pid"; do
    [ -e "$file" ] && kill "$(cat "$file")" 2>/dev/null
done
exit 0
