#!/usr/bin/env bash
# Too little room, files too small, too few descriptors, nothing writable: limits.sh SWEEP.
# The full disk and the read-only one need root.
set -euo pipefail
source "$(dirname "$0")/common.sh" "$1"

attempt() { # attempt WHAT DIRECTORY LIMIT...: the script under a limit of the shell
  local what=$1 place=$2 code=0
  shift 2
  mkdir -p "$place"
  : > "$place/acknowledged"
  (
    trap '' XFSZ
    ulimit "$@"
    exec "$sweep" script "$place/store" "$place/acknowledged"
  ) > /dev/null 2>&1 || code=$?
  # Too few descriptors may be too few to start with.
  [ "$code" -eq 127 ] && [ ! -s "$place/acknowledged" ] && code=0
  judge "$what" "$place" "$code"
  rm -rf "$place"
}

for size in $(seq 1 16) $(seq 24 16 280); do attempt "files of $size KiB" "$scratch/f" -f "$size"; done
for files in $(seq 4 24); do attempt "$files descriptors" "$scratch/n" -n "$files"; done

disk="$scratch/disk"
mkdir "$disk"
if ! mount -t tmpfs -o size=64k none "$disk" 2> /dev/null; then
  skip "no mounts: the full disk and the read-only disk"
else
  umount "$disk"
  mounted=("$disk")
  for size in $(seq 8 8 420); do
    mount -t tmpfs -o "size=${size}k" none "$disk"
    mkdir "$scratch/full"
    code=0
    # What is acknowledged is noted elsewhere.
    "$sweep" script "$disk/store" "$scratch/full/acknowledged" > /dev/null 2>&1 || code=$?
    mount -o remount,size=8m "$disk"
    mv "$scratch/full/acknowledged" "$disk/acknowledged"
    judge "a disk of $size KiB" "$disk" "$code"
    umount "$disk"
    rm -rf "$scratch/full"
  done
  mount -t tmpfs -o size=8m none "$disk"
  "$sweep" script "$disk/store" "$disk/acknowledged" > /dev/null
  mount -o remount,ro "$disk"
  before=$(cd "$disk" && find . -type f -exec cksum {} + | sort | cksum)
  cp "$disk/acknowledged" "$scratch/acknowledged"
  "$sweep" script "$disk/store" "$scratch/acknowledged" > "$scratch/said"
  grep -q readOnlyFileSystem "$scratch/said" || fail "a read-only disk is not named: $(cat "$scratch/said")"
  after=$(cd "$disk" && find . -type f -exec cksum {} + | sort | cksum)
  [ "$before" = "$after" ] || fail "a read-only disk was changed"
  cmp -s "$disk/acknowledged" "$scratch/acknowledged" || fail "acknowledged on a read-only disk"
  mount -o remount,rw "$disk"
  judge "a disk that was read-only" "$disk"
fi
echo "limits: $cases cases, 0 wrong"
