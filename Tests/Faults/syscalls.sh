#!/usr/bin/env bash
# Fails system calls of a real process one at a time: syscalls.sh SWEEP. Needs strace.
set -euo pipefail
source "$(dirname "$0")/common.sh" "$1"
if ! strace -qq -o /dev/null true 2> /dev/null; then
  skip "no strace, or it is not permitted: the sweep of system calls"
  exit 0
fi
mkdir "$scratch/rehearsal"
strace -f -qq -o "$scratch/trace" "$sweep" script "$scratch/rehearsal/store" \
  "$scratch/rehearsal/acknowledged"
acknowledged=$(wc -l < "$scratch/rehearsal/acknowledged")
[ "$acknowledged" -eq 21 ] || fail "the rehearsal acknowledged $acknowledged of 21"

one() { # one CALL ERROR NUMBER: its own directory, so that several can run at once
  place="$scratch/$1-$2-$3"
  mkdir "$place"
  code=0
  strace -f -qq -o /dev/null -e "trace=$1" -e "inject=$1:error=$2:when=$3" \
    "$sweep" script "$place/store" "$place/acknowledged" > /dev/null 2>&1 || code=$?
  # The loader of the program reads as well; then nothing has begun.
  [ "$code" -eq 127 ] && [ ! -e "$place/acknowledged" ] && code=0
  judge "$1 $3 fails with $2" "$place" "$code"
  rm -rf "$place"
}

for pair in fsync:EIO fsync:EDQUOT fdatasync:EIO pwrite64:EIO pwrite64:ENOSPC pread64:EIO mkdir:EIO \
  mkdir:EROFS rename:EIO linkat:EIO unlinkat:EIO ftruncate:EIO fallocate:ENOSPC \
  fallocate:EOPNOTSUPP fchmod:EPERM flock:ENOLCK getdents64:EIO fadvise64:EIO; do
  call=${pair%:*}
  count=$(grep -cE "^[0-9]+ +$call\(" "$scratch/trace" || true)
  for number in $(seq 1 "$count"); do one "$call" "${pair#*:}" "$number"; done
done
echo "failed system calls: $cases cases, goal 250, 0 wrong"
[ "$cases" -ge 250 ] || fail "only $cases system calls"
