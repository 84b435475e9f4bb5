#!/usr/bin/env bash
# Makes the package for Debian and the one for pip, installs either where nothing of misfit is, uses it, and takes it away
# again. Part of ./check --full; needs the packages of the groups `build` and `pack`, the network and, for a chroot, root.
#
#     tests/install/packages.sh [FOLDER]     FOLDER is for all that is made; by default build/packages
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source cmake/setup.sh
folder=$(realpath -m "${1:-build/packages}")
rm -rf "$folder"
mkdir -p "$folder"

# What a user does first, in a folder of its own; `python3` must be the one that has the package.
cat >"$folder/use.sh" <<'TEXT'
set -e
cd "$(mktemp -d)"
misfit --version
misfit init exchange >my.toml
misfit run my.toml --set crystal.side=6 --set ensemble.trajectories=4 --out out >/dev/null 2>&1
misfit summary out | head -n 3
misfit plot out
if [ -n "$WITH_PAGES" ]; then misfit report out; fi
python3 -m misfit.explorer --help >/dev/null
if [ -n "$WITH_EXPLORER" ]; then
    python3 -m misfit.explorer --out explorer.html
    grep -q '<title>misfit explorer' explorer.html
    grep -q 'application/wasm;base64,AGFzbQ' explorer.html  # the library is in the page
elif python3 -m misfit.explorer --out explorer.html 2>said || ! grep -q 'built without emscripten' said; then
    echo 'there is an explorer, or it does not say why there is none'
    exit 1
fi
misfit reproduce fig3 --quick --out figures >/dev/null 2>&1 && ls figures/fig3
misfit selfcheck | tail -n 1
python3 -c 'import misfit; assert misfit.Crystal.hexagon(3).size == 19; print(misfit.__version__, misfit.__file__)'
TEXT
# Pages are there where npm was, the explorer where em++ was, too.
WITH_PAGES=$(command -v npm || true)
WITH_EXPLORER=${WITH_PAGES:+$(command -v em++ || true)}
export WITH_PAGES WITH_EXPLORER

echo "== Debian: a bare one, by apt"
configure deb
cmake --build build/deb --parallel "$(compilers)" >"$folder/build.log" 2>&1 || { tail -n 40 "$folder/build.log"; exit 1; }
rm -f build/deb/*.deb
cmake --build build/deb --target package >"$folder/package.log" 2>&1 || { tail -n 40 "$folder/package.log"; exit 1; }
packages=(build/deb/*.deb)
options=()
for file in /etc/apt/apt.conf.d/*; do  # where this machine's packages come from
    ! grep -qs '^ *Acquire::' "$file" || options+=("--aptopt=$file")
done
sources=(/etc/apt/sources.list.d/debian.sources /etc/apt/sources.list)
for source in "${sources[@]}"; do [[ ! -s $source ]] || break; done
mmdebstrap --quiet --variant=apt "${options[@]}" \
    --customize-hook="copy-in ${packages[0]} $folder/use.sh /srv" \
    --customize-hook="chroot \"\$1\" sh -ec '
        export HOME=/srv
        find / -xdev -path /proc -prune -o -name \"*misfit*\" -print | sort >/srv/before
        apt-get -qq install --no-install-recommends -y /srv/*.deb >/dev/null 2>&1
        WITH_PAGES=$WITH_PAGES WITH_EXPLORER=$WITH_EXPLORER sh /srv/use.sh
        test -s /usr/share/man/man1/misfit.1
        apt-get -qq remove -y misfit >/dev/null 2>&1
        rm -rf /srv/.cache /tmp/*
        find / -xdev -path /proc -prune -o -path /var/lib/dpkg -prune -o -name \"*misfit*\" -print | sort >/srv/after
        diff /srv/before /srv/after'" \
    bookworm /dev/null "$source"

echo "== pip: a virtual environment that sees Debian's packages, without the network"
/usr/bin/python3 -m venv --system-site-packages "$folder/environment"
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do [[ ! -e $file ]] || printf '%s\0' "$file"; done |
    xargs -0 cp --parents -t "$(mkdir -p "$folder/source" && echo "$folder/source")"
launcher=$(command -v ccache || true)
(cd "$folder/source" && CMAKE_CXX_COMPILER_LAUNCHER=$launcher "$folder/environment/bin/pip" --quiet install --no-index .)
PATH=$folder/environment/bin:$PATH sh "$folder/use.sh"
"$folder/environment/bin/pip" --quiet uninstall -y misfit
left=$(find "$folder/environment" -name '*misfit*')
[[ -z $left ]] || { echo "left behind: $left"; exit 1; }
