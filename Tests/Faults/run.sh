#!/usr/bin/env bash
# The fault tests that take too long in a debug build, or need processes of their own; see README.md.
# What this machine cannot do is printed as SKIPPED.
set -euo pipefail
cd "$(dirname "$0")"
export SWIFT_BACKTRACE=enable=no
step() { printf -- '-- %s (%ds)\n' "$1" "$SECONDS"; }

step "release build"
swift build -c release --package-path Sweep
sweep="$PWD/Sweep/.build/release/sweep"
step "damage: cut at every byte, every bit flipped"
"$sweep" damage ../ProvenanceStorageTests/Fixtures
"$sweep" sectors
step "power lost at every operation"
"$sweep" crash
step "every operation failed"
"$sweep" errors
step "every backend against a model"
"$sweep" model 100000
step "writers killed, readers beside them"
scratch=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")/kills.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
"$sweep" kill 300 "$scratch"
step "system calls failed"
./syscalls.sh "$sweep"
step "limits"
./limits.sh "$sweep"
step "failing devices"
./filesystems.sh "$sweep"
step "fault tests done"
