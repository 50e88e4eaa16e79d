# Sourced by .ci/fresh-machine and .ci/image: a Debian of its own. Bash, as root.
#
# All mounts are made in namespaces of the script's own, so that they are gone when it
# ends, however it ends; its folder is removed by a process that waits outside.

SKIPPED=77 # the exit code that automake gave to "this cannot be tried here"

skip() {
    echo "skipped: $*"
    exit "$SKIPPED"
}

# Need root, the right to mount, and these programs; or skip with one line.
need_machine() {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    local program
    for program in debootstrap unshare chroot "$@"; do
        command -v "$program" >/dev/null || skip "needs the program $program"
    done
    unshare --mount --pid --net --fork true 2>/dev/null ||
        skip "needs the right to mount: unshare --mount --pid --net is not allowed here"
}

# Run this script once more with its arguments, in new namespaces and with an empty
# folder as $folder. Returns only in there. Ends all of it on Ctrl-C too.
enter_namespaces() {
    if [ -n "${folder:-}" ]; then
        mount --make-rprivate /
        return
    fi
    made=$(mktemp -d -t "portal-${0##*/}.XXXXXX")
    inside=
    trap leave_namespaces EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    # --kill-child: with this process all go that were started in there.
    folder=$made unshare --mount --pid --fork --mount-proc --kill-child "$0" "$@" &
    inside=$!
    wait "$inside"
    exit
}

leave_namespaces() {
    if [ -n "$inside" ]; then
        kill -KILL "$inside" 2>/dev/null || true
        { wait "$inside" || true; } 2>/dev/null
    fi
    rm -rf --one-file-system -- "$made"
}

# debootstrap SUITE FOLDER PACKAGES, from the mirror of this machine, else debootstrap's own.
make_debian() {
    local mirror
    mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(SITE)' 2>/dev/null |
        grep -E '/debian/?$' | head -n 1)}
    debootstrap --variant=minbase --include="$3" "$1" "$2" \
        ${mirror:+"$mirror"} >"$folder/debootstrap.log" 2>&1 || {
        tail -n 5 "$folder/debootstrap.log"
        skip "debootstrap could not make a Debian $1 (see above)"
    }
}

# Write what pip is told on this machine, but for its certificates, to the file $1; and
# print the folders and files that it is told of, one a line.
take_over_pip() {
    python3 -m pip config list 2>/dev/null | python3 .ci/pip_settings.py "$1"
}

# The certificates that this machine trusts, its own or those that the caller names.
trusted_certificates() {
    printf '%s\n' "${PIP_CERT:-${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}}"
}

# Copy what a clone of this checkout would have, and what is not committed yet.
copy_checkout() {
    mkdir -p "$1"
    git ls-files -z --cached --others --exclude-standard |
        tar --create --null --files-from - --ignore-failed-read 2>/dev/null |
        tar --extract --no-same-owner --directory "$1"
}
