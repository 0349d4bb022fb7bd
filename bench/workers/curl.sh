#!/bin/bash
# SPDX-License-Identifier: MIT
# The curl command: one command for all URLs, which keeps its connections. It decodes nothing, hence check=none.
set -euo pipefail
export LC_ALL=C # the figures of time with points

GET_PATH='/instances/575ec8687ae143cd83dc4a97?_actions=false&_links=true&_embedded=true'
PAGE_PATH='/api/v1/instances?limit=100&offset='
PAGE_SIZE=100

COMMON_HEADERS=(-H 'Accept: application/json' -H 'Accept-Encoding: gzip' -H 'User-Agent: instar/0.1.0')
GET_HEADERS=(-H 'Accept-Version: ^1.29.3' -H 'Authorization: Bearer token')
PAGE_HEADERS=(-H 'X-Api-Version: 1.3.0' -H 'X-Auth-Token: token')

not_supported() {
  echo 'not supported' >&2
  exit 3
}

read_arguments() {
  declare -gA options=([base]='' [count]=0 [parallel]=1 [ca]='')
  local argument
  for argument; do
    options[${argument%%=*}]=${argument#*=}
  done
}

# Runs curl with some more arguments and prints the worker's line. Its last URL is a look at its own peak.
measure() {
  local command=(curl --disable --noproxy '*' --silent --show-error --no-progress-meter --fail --fail-early)
  command+=("${COMMON_HEADERS[@]}")
  if [[ ${options[ca]} ]]; then command+=(--cacert "${options[ca]}"); fi
  if ((options[parallel] > 1)); then command+=(--parallel --parallel-max "${options[parallel]}"); fi
  local report TIMEFORMAT='Time: %3R %3U %3S'
  report=$({ time "${command[@]}" "$@" file:///proc/self/status 2>&3; } 3>&2 2>&1) || exit 1
  awk '/^VmHWM:/ { peak = $2 }
       /^Time:/  { wall = $2; cpu = $3 + $4 }
       END       { printf "wall=%.3f cpu=%.3f peak=%d check=none\n", wall, cpu, peak }' <<<"$report"
}

# One URL, counted in a fragment, which is not sent.
get() {
  measure "${GET_HEADERS[@]}" "${options[base]}$GET_PATH#[1-${options[count]}]" -o /dev/null
}

pages() {
  local urls=() page
  for ((page = 0; page < options[count]; page++)); do
    urls+=("${options[base]}$PAGE_PATH$((page * PAGE_SIZE))" -o /dev/null)
  done
  measure "${PAGE_HEADERS[@]}" "${urls[@]}"
}

read_arguments "${@:2}"
case ${1-} in
  get | connect) get ;;
  pages) pages ;;
  *) not_supported ;;
esac
