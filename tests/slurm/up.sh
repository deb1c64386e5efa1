#!/usr/bin/env bash
# A real Slurm on one machine, for tests: up.sh DIR [NODES]. Debian, root, no systemd needed.
# Each node is a slurmd of its own; all of them listen on the loopback interface alone.
# Prints the line to export on success; see DIR/log otherwise.
set -eu
dir=$1
nodes=${2:-3}
port=${SLURM_TEST_PORT:-16817}
host=$(hostname -s)
export PATH=$PATH:/usr/sbin
if ! command -v slurmctld slurmd munged sbatch >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        slurmctld slurmd slurm-client munge >/dev/null
fi
mkdir -p "$dir"/{state,spool,log,run,munge}
for i in $(seq "$nodes"); do mkdir -p "$dir/spool/n$i"; done
chmod 755 "$dir" "$dir/run"
chmod 700 "$dir/munge" "$dir/state"
[ -s "$dir/munge/key" ] || (umask 077; head -c 1024 /dev/urandom > "$dir/munge/key")
# A lost node is noticed after 10 s and its jobs are free again after 10 s more (cred_expire).
cat > "$dir/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/run/munge.sock,cred_expire=10
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool/%n
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd-%n.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
ReturnToService=2
SlurmdTimeout=10
KillWait=5
SrunPortRange=$((port + 300))-$((port + 399))
DefMemPerCPU=500
NodeName=n[1-$nodes] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 201))-$((port + 200 + nodes))] CPUs=2 RealMemory=4000 State=UNKNOWN
PartitionName=main Nodes=n[1-$nodes] Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$dir/slurm.conf
munged --force --key-file="$dir/munge/key" --socket="$dir/run/munge.sock" \
    --pid-file="$dir/run/munged.pid" --log-file="$dir/log/munged.log" --seed-file="$dir/munge/seed"
slurmctld -c -i
for i in $(seq "$nodes"); do slurmd -N "n$i"; done
for _ in $(seq 300); do
    if [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = "$nodes" ]; then
        echo "SLURM_CONF=$SLURM_CONF"
        exit 0
    fi
    sleep 0.1
done
tail -n 5 "$dir"/log/*.log >&2
exit 1
