#!/usr/bin/env bash
# Debian 12's h5py is imported by every program and known to no packaging tool.
#
# python3-h5py installs `import h5py`, a shim over h5py._debian_h5py_serial (or _mpi), and its metadata lies in
# h5py._debian_h5py_serial-3.7.0.dist-info, under that name. So importlib.metadata has no h5py, and in a virtual
# environment that sees Debian's packages `pip install` of anything that requires h5py does not find it satisfied: it
# fetches and builds another copy, or, offline, fails. numpy and matplotlib are found.
#
# One would expect: h5py 3.7.0, as h5py.__version__ says. Seen: PackageNotFoundError.
# Needs: Debian's apt, root for chroot, the network. Exit status 1 if that changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
root=$folder/root
mkdir -p "$root" "$folder/cache/archives/partial"
: >"$folder/status"
apt-get -qq -o Dir::State::status="$folder/status" -o Dir::Cache="$folder/cache" -o APT::Sandbox::User=root \
    --download-only --no-install-recommends -y install \
    python3-h5py=3.7.0-8 python3-numpy=1:1.24.2-1+deb12u1 python3-pip=23.0.1+dfsg-1 >/dev/null
for package in "$folder"/cache/archives/*.deb; do dpkg -x "$package" "$root"; done

cat >"$root/look.py" <<'PYTHON'
from importlib.metadata import PackageNotFoundError, version

import h5py
import numpy

for name, imported in (("numpy", numpy.__version__), ("h5py", h5py.__version__)):
    try:
        known = version(name)
    except PackageNotFoundError as error:
        known = f"PackageNotFoundError: {error}"
    print(f"{name}: imported {imported}, known {known}")
PYTHON
# The links that libblas's and liblapack's scripts would make.
libraries=/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH=$libraries/blas:$libraries/lapack
seen=$(chroot "$root" /usr/bin/python3 /look.py; chroot "$root" /usr/bin/python3 -m pip list 2>/dev/null | grep -i '^\(numpy\|h5py\)' | tr -s ' ')
expected='numpy: imported 1.24.2, known 1.24.2
h5py: imported 3.7.0, known PackageNotFoundError: No package metadata was found for h5py
h5py.-debian-h5py-serial 3.7.0
numpy 1.24.2'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
