# For the other scripts here: what they share. Source it with the sweep program as first argument.
sweep=$1
# Nobody here tests the device itself: memory is as good, where nothing is taken away from it.
scratch=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")/faults.XXXXXX")
mounted=()
leave() {
  for place in "${mounted[@]}"; do umount -q "$place" || true; done
  rm -rf "$scratch"
}
trap leave EXIT
cases=0
skip() { echo "SKIPPED: $*"; }
fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# judge WHAT DIRECTORY [CODE]: the store is sound and holds what was acknowledged.
judge() {
  [ "${3:-0}" -eq 0 ] || fail "$1: the program ended with $3 and not with an error of its own"
  [ -e "$2/acknowledged" ] || : > "$2/acknowledged"
  "$sweep" check "$2/store" "$2/acknowledged" > "$scratch/verdict" 2>&1 \
    || fail "$1: $(head -c 2000 "$scratch/verdict")"
  cases=$((cases + 1))
}
