# Sourced by ./run and ./test: Python, .venv and the packages of a lock file. POSIX sh.

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    say "$*"
    exit 1
}

# Set $python to a Python that is new enough and can make virtual environments: the one
# that PORTAL_PYTHON names, or the newest that is known to be right.
find_python() {
    new_enough=
    for python in ${PORTAL_PYTHON:-python3.13 python3.12 python3.11 python3}; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        new_enough=yes
        "$python" -c 'import ensurepip, venv' 2>/dev/null && return
    done
    [ "$new_enough" ] || [ -z "${PORTAL_PYTHON:-}" ] ||
        fail "PORTAL_PYTHON: $PORTAL_PYTHON is not Python 3.11 or newer."
    [ "$new_enough" ] ||
        fail 'Python 3.11 or newer is missing. On Debian and Ubuntu: apt-get install python3 python3-venv'
    fail "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"
}

# Whether the caller named a Python, and .venv has another version.
is_another_python() {
    [ "${PORTAL_PYTHON:-}" ] && [ -x .venv/bin/python ] &&
        [ "$(.venv/bin/python --version)" != "$("$python" --version)" ]
}

# Install the packages of one lock file, if it is not what was installed before.
install_lock() {
    is_another_python &&
        fail "PORTAL_PYTHON: the folder .venv is of another Python. Remove it first."
    if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
        "$python" -m venv --clear .venv || fail 'The folder .venv could not be made (see above).'
    fi
    cmp -s "$1" ".venv/$1" && return
    say "Installing packages from $1 ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --no-input --require-hashes --requirement "$1" ||
        fail "The packages of $1 could not be installed (see above)."
    cp "$1" ".venv/$1"
}
