#!/usr/bin/env bash
# The tests drive a real browser and real brokers: install those that are missing.
set -euo pipefail

missing=()
need() { PATH="$PATH:/usr/sbin:/usr/lib/rabbitmq/bin" command -v "$1" >/dev/null || missing+=("$2"); }
need chromium chromium
need redis-server redis-server
need rabbitmq-server rabbitmq-server
[ ${#missing[@]} -eq 0 ] && exit 0

install="apt-get install -y --no-install-recommends ${missing[*]} fonts-liberation"
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need ${missing[*]}. Run: sudo $install" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
# A test starts its own servers: a package must not start one beside them.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
fi
apt-get update -qq
$install
