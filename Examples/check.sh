#!/usr/bin/env bash
# Runs each example and compares what it prints with Expected/; fails with a diff where they differ.
# With --update it writes Expected/ anew instead. Works from any directory; needs git and swift.
set -euo pipefail

examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
update=${1:-}
if [[ $# -gt 1 || ($# -eq 1 && $update != --update) ]]; then
  echo "usage: check.sh [--update]" >&2
  exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! swift build --package-path "$examples" >"$work/build.log" 2>&1; then
  cat "$work/build.log" >&2
  exit 1
fi
bin=$(swift build --package-path "$examples" --show-bin-path)

# A repository with fixed ids: nobody's settings, fixed people and dates. Two branches that merge
# each other, so that there are two best common ancestors, and a second root.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_DEFAULT_HASH=sha1 LC_ALL=C
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
repository=$work/demo
commit() { # mark, branch, then the marks of its parents
  local mark=$1 branch=$2 place=from parent
  shift 2
  printf 'commit refs/heads/%s\nmark :%d\n' "$branch" "$mark"
  printf 'committer Ada <ada@example.org> %d +0000\n' $((1700000000 + mark * 60))
  printf 'data 8\ncommit %d\n' "$mark"
  for parent; do
    printf '%s :%d\n' "$place" "$parent"
    place=merge
  done
  printf '\n'
}
git init --quiet "$repository"
{
  commit 1 main
  commit 2 main 1
  commit 3 topic 1
  commit 4 main 2 3
  commit 5 topic 3 2
  commit 6 docs
  commit 7 main 4 6
  commit 8 topic 5
} | git -C "$repository" fast-import --quiet
git -C "$repository" symbolic-ref HEAD refs/heads/main

failed=0
compare() { # name; the output on standard input
  local expected=$examples/Expected/$1.txt
  if [[ $update == --update ]]; then
    cat >"$expected"
  elif diff -u --label "expected $1" --label "actual $1" "$expected" -; then
    echo "ok      $1"
  else
    echo "differs $1"
    failed=1
  fi
}

# What depends on the machine and on the clock is replaced; everything else has to be equal.
cd "$repository"
"$bin/train-and-trace" >"$work/output"
# Not through a pipe: what its last part sets would be lost with its shell.
compare train-and-trace < <(sed -E 's/^(    ran in    environment ).*/\1…/' "$work/output")

history() {
  echo "\$ trace-a-git-history${*:+ $*}"
  "$bin/trace-a-git-history" "$@"
}
{
  history
  history . --ancestors main
  history "$repository" --ancestors topic --list | sed "s|$repository|…/demo|"
  history . --descendants main~3 --list
  history . --merge-base main topic
  history . --merge-base main docs
  history . --merge-base docs topic
  history . --ancestors nowhere 2>&1 || echo "exit code $?"
} >"$work/output"
compare trace-a-git-history < <(sed -E 's/[0-9,.]+ ms/… ms/' "$work/output")

exit $failed
