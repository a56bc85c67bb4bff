#!/usr/bin/env bash
# Devices that fail while a real file system writes to them: filesystems.sh SWEEP.
#
# A loop device has its image in a tmpfs that is too small: what does not fit any more fails as a
# bad device does, at every synchronisation from some place on. The pages that could not be written
# count as clean then, and a second synchronisation would succeed. Afterwards there is room again;
# the store is opened over the cache, and once more after the cache is gone. Needs root.
set -euo pipefail
source "$(dirname "$0")/common.sh" "$1"
backing="$scratch/backing"
disk="$scratch/disk"
mkdir "$backing" "$disk"
if ! mount -t tmpfs -o size=64k none "$backing" 2> /dev/null; then
  skip "no mounts: failing devices under ext4, xfs and btrfs"
  exit 0
fi
umount "$backing"
mounted=("$disk" "$backing")
for kind in ext4 xfs btrfs; do
  if ! command -v "mkfs.$kind" > /dev/null; then
    skip "no mkfs.$kind: failing devices under $kind"
    continue
  fi
  failed=0
  # The file system itself first, to know what it takes.
  mount -t tmpfs -o size=400m none "$backing"
  truncate -s 320M "$backing/image"
  if ! { "mkfs.$kind" -q "$backing/image" && mount -o loop "$backing/image" "$disk"; } \
    > "$scratch/said" 2>&1; then
    skip "$kind cannot be mounted here: $(head -n 1 "$scratch/said")"
    umount "$backing"
    continue
  fi
  umount "$disk"
  cp --sparse=always "$backing/image" "$scratch/image"
  blank=$(du -k "$scratch/image" | cut -f 1)
  umount "$backing"
  for room in $(seq 16 24 640); do
    mount -t tmpfs -o size=400m none "$backing"
    cp --sparse=always "$scratch/image" "$backing/image"
    mount -o loop "$backing/image" "$disk"
    sync -f "$disk"
    used=$(du -k "$backing/image" | cut -f 1)
    mount -o "remount,size=$((used + room))k" "$backing"
    : > "$scratch/acknowledged"
    code=0
    "$sweep" script "$disk/store" "$scratch/acknowledged" > "$scratch/said" 2>&1 || code=$?
    [ "$code" -eq 0 ] || fail "$kind, $room KiB: the program ended with $code"
    ! grep -qE "io|outcomeUnknown|noSpace|readOnly" "$scratch/said" || failed=$((failed + 1))
    mount -o remount,size=400m "$backing"
    # Over the cache, unless the file system has given up until it is mounted anew.
    "$sweep" check "$disk/store" "$scratch/acknowledged" > "$scratch/verdict" 2>&1 \
      || grep -qE "readOnly|io:|: io|outcomeUnknown" "$scratch/verdict" \
      || fail "$kind, $room KiB, over the cache: $(cat "$scratch/verdict")"
    umount "$disk"
    mount -o loop "$backing/image" "$disk"
    cp "$scratch/acknowledged" "$disk/acknowledged"
    judge "$kind, a device of $room KiB" "$disk"
    umount "$disk" "$backing"
  done
  rm "$scratch/image"
  echo "$kind: the device failed in $failed runs (blank: $blank KiB)"
  [ "$failed" -ge 5 ] || fail "$kind: the device failed in $failed runs only"
done
echo "failing devices: $cases cases, 0 wrong"
