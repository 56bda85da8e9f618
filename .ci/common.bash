# Shared by ./demo, ./test and bench/run: what must be installed, which JDK, steps with progress. To be sourced.
# shellcheck shell=bash

export LC_ALL=C.UTF-8

# command:package, for what the build, the program and the tests use.
readonly NEEDED=(
    mvn:maven qemu-system-x86_64:qemu-system-x86 nft:nftables ip:iproute2 dnsmasq:dnsmasq-base mmdebstrap:mmdebstrap mkfs.ext4:e2fsprogs
    zstd:zstd xz:xz-utils ssh:openssh-client mkfs.xfs:xfsprogs unshare:util-linux setpriv:util-linux losetup:mount ps:procps
    busybox:busybox-static cpio:cpio dropbear:dropbear-bin iptables:iptables
)

say() {
    printf '%s\n' "$*"
}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

require_root() {
    ((EUID == 0)) || fail "${0##*/} makes namespaces and boots guests: run it as root (sudo $0)."
    # Under sudo the home may be the caller's; what is cached there would become root's.
    HOME=$(getent passwd 0 | cut -d: -f6)
    export HOME
}

milliseconds() {
    local now=${EPOCHREALTIME/[.,]/}
    echo "${now%???}"
}

seconds_since() {
    local passed=$(($(milliseconds) - $1))
    printf '%d.%d s' $((passed / 1000)) $((passed % 1000 / 100))
}

# The job that runs now, as a process group of its own, and whether an interruption must let it end.
JOB='' JOB_MUST_END=''

# start_job COMMAND...: in the background, in a process group of its own, where Ctrl-C does not reach it.
start_job() {
    set -m
    "$@" &
    JOB=$!
    set +m
}

end_job() {
    [[ -n $JOB ]] || return 0
    local job=$JOB
    JOB=''
    if [[ -z $JOB_MUST_END ]]; then
        kill -TERM -- "-$job" 2>/dev/null || true
        local limit=$(($(milliseconds) + 10000))
        while kill -0 -- "-$job" 2>/dev/null && (($(milliseconds) < limit)); do sleep 0.1; done
        kill -KILL -- "-$job" 2>/dev/null || true
    fi
    wait "$job" 2>/dev/null || true
    JOB_MUST_END=''
}

# wait_for_job TITLE BEGAN [LOG]: waits with a sign of life every second on a terminal, every ten elsewhere.
wait_for_job() {
    local title=$1 began=$2 log=${3:-} every=10000 next result=0 last=''
    [[ -t 1 ]] && every=1000
    next=$((began + every))
    while kill -0 "$JOB" 2>/dev/null; do
        sleep 0.1
        (($(milliseconds) < next)) && continue
        next=$((next + every))
        [[ -n $log ]] || continue
        last=$(tail -n 1 "$log" 2>/dev/null | tr -d '\000-\037' | cut -c 1-90)
        if [[ -t 1 ]]; then
            printf '\r\033[K  %s, %s: %s' "$title" "$(seconds_since "$began")" "$last"
        else
            say "  $title, $(seconds_since "$began"): $last"
        fi
    done
    wait "$JOB" || result=$?
    JOB=''
    [[ -t 1 && -n $log ]] && printf '\r\033[K'
    return "$result"
}

# step TITLE COMMAND...: quiet unless it fails; says how long it took.
step() {
    local title=$1 began log result=0
    shift
    began=$(milliseconds)
    log=$(mktemp "${WORK:?}/step.XXXXXX")
    start_job "$@" >"$log" 2>&1 </dev/null
    wait_for_job "$title" "$began" "$log" || result=$?
    if ((result != 0)); then
        say "FAILED: $title, exit code $result after $(seconds_since "$began")"
        tail -n 60 "$log"
        return "$result"
    fi
    say "$title: $(seconds_since "$began")"
}

missing_packages() {
    local pair
    for pair in "${NEEDED[@]}"; do
        command -v "${pair%%:*}" >/dev/null || echo "${pair#*:}"
    done | sort -u
}

# The home of a JDK 25 or later: JAVA_HOME, the usual places, the path. Prints nothing when there is none.
find_jdk() {
    local home javac
    javac=$(readlink -f "$(command -v javac 2>/dev/null)" 2>/dev/null || true)
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /usr/lib/jvm/* "${javac%/bin/javac}"; do
        [[ -n $home && -x $home/bin/javac && -x $home/bin/java ]] || continue
        if [[ $("$home/bin/javac" -J-XX:-UsePerfData -version 2>&1) =~ ^javac\ ([0-9]+) ]] && ((BASH_REMATCH[1] >= 25)); then
            echo "$home"
            return
        fi
    done
}

apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"
}

# Packages that are missing, and a JDK where the distribution has one. Says in one line what it cannot get.
install_what_is_missing() {
    local packages
    mapfile -t packages < <(missing_packages)
    local need_jdk=''
    [[ -n $(find_jdk) ]] || need_jdk=yes
    if ((${#packages[@]})) || [[ -n $need_jdk ]]; then
        command -v apt-get >/dev/null || fail "Missing: ${packages[*]}${need_jdk:+ and a JDK 25}. Without apt they have to be installed by hand."
        if ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; then
            step "Reading the package lists" apt update || return
        fi
    fi
    if [[ -n $need_jdk ]]; then
        [[ -n $(apt-cache search --names-only '^openjdk-25-jdk-headless$') ]] \
            || fail "A JDK 25 is missing and this distribution has no package for it: install one and set JAVA_HOME."
        packages+=(openjdk-25-jdk-headless)
    fi
    ((${#packages[@]})) || return 0
    step "Fetching packages: ${packages[*]}" apt install --no-install-recommends --download-only "${packages[@]}" || return
    # dpkg must not be torn off in the middle.
    JOB_MUST_END=yes
    step "Installing packages" apt install --no-install-recommends "${packages[@]}" || return
    JOB_MUST_END=''
}

choose_jdk() {
    JAVA_HOME=$(find_jdk)
    [[ -n $JAVA_HOME ]] || fail "A JDK 25 is missing: install one and set JAVA_HOME."
    export JAVA_HOME
    export PATH="$JAVA_HOME/bin:$PATH"
}

# with_own_processes COMMAND...: the machine's network, but when it ends so do all its children and mounts.
with_own_processes() {
    exec setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child --mount-proc -- "$@"
}

# remove_control_groups ID: the empty ones of an installation that has ended.
remove_control_groups() {
    [[ $1 =~ ^[0-9a-f]{12}$ ]] || return 0
    find /sys/fs/cgroup -depth -type d -path "*/sistemo/$1*" -exec rmdir {} + 2>/dev/null || true
    find /sys/fs/cgroup -depth -type d -name sistemo -exec rmdir {} + 2>/dev/null || true
}

# The installation whose bridge is on the host that process $1 holds; nothing when there is none yet.
installation_of() {
    local line
    line=$(nsenter --target "$1" --net -- ip -o link show sistemo0 2>/dev/null) || return 0
    [[ $line =~ sistemo:([0-9a-f]{12}) ]] && echo "${BASH_REMATCH[1]}"
    return 0
}
