# shellcheck shell=bash
# What ./quickstart and ./check share: Debian's packages and the configured build. Sourced by both from the
# top of the source tree.

# Fails with one line on stderr.
fail() {
    printf '%s: %s\n' "$(basename "$0")" "$1" >&2
    exit 1
}

# The packages of the given groups that are not installed, one a line.
missing_packages() {
    local group package command
    while read -r group package command; do
        [[ " $* " == *" $group "* ]] || continue
        # Where the command is there already, from elsewhere, the package might not go with it.
        [[ -z $command ]] || ! command -v "$command" >/dev/null || continue
        [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || echo "$package"
    done < <(grep -v '^#' cmake/debian-packages.txt)
}

# require_packages INSTALL GROUP...: installs what is missing, or, when INSTALL is no or nobody here may
# install, says what is missing and the command that installs it.
require_packages() {
    local install=$1 missing become_root=()
    shift
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "Not a Debian system: taking it that the tools and libraries of docs/dependencies.md are here."
        return
    fi
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    if [[ $EUID -ne 0 ]]; then
        become_root=(sudo)
        if [[ $install == yes ]] && ! sudo -n true 2>/dev/null; then install=no; fi
    fi
    if [[ $install == no ]]; then
        echo "Missing Debian packages: ${missing[*]}"
        echo "Install them with:"
        echo "    ${become_root[*]:+sudo }apt-get update && ${become_root[*]:+sudo }apt-get install -y --no-install-recommends ${missing[*]}"
        return 1
    fi
    echo "Installing ${missing[*]}"
    local command=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120)
    ((${#become_root[@]})) && command=(sudo -n "${command[@]}")
    { "${command[@]}" update && "${command[@]}" install -y --no-install-recommends "${missing[@]}"; } \
        >build/debian-packages.log 2>&1 </dev/null || {
        tail -n 20 build/debian-packages.log
        return 1
    }
}

# What one checkout has compiled serves every other: paths below this one count as relative to it.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=true

# configure PRESET [OPTION...]: through ccache where it is there.
configure() {
    local preset=$1 launcher=()
    shift
    command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    cmake --preset "$preset" "${launcher[@]}" "$@" >"build/$preset-configure.log" 2>&1 || {
        cat "build/$preset-configure.log"
        return 1
    }
}

# How many compilers may run at once: one a processor, and no more than fit into memory at 1 GiB each.
compilers() {
    local processors memory
    processors=$(nproc)
    memory=$(awk '/MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo)
    echo $((memory < 1 ? 1 : memory < processors ? memory : processors))
}
