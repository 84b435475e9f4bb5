#!/usr/bin/env bash
# Octave's load gives a part of an HDF5 file, and goes on, if one dataset is text in two dimensions.
#
# Text of fixed length in one dimension becomes rows of letters. In two dimensions it ends the reading: a warning names the
# dataset, load returns, and all that comes after it in the alphabet is not there, though numbers in two dimensions are no
# trouble. Within a group the whole group is gone, and what comes after the group. A script that does not look at warnings
# computes with what is left.
#
# One would expect: the text, or at worst all but the text. Seen: of a, m (text), z only a.
# Needs: Debian's apt, root for chroot, the network. Exit status 1 if that changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
root=$folder/root
mkdir -p "$root/tmp" "$folder/cache/archives/partial"
: >"$folder/status"
apt-get -qq -o Dir::State::status="$folder/status" -o Dir::Cache="$folder/cache" -o APT::Sandbox::User=root \
    --download-only --no-install-recommends -y install octave=7.3.0-2 python3-h5py=3.7.0-8 >/dev/null
for package in "$folder"/cache/archives/*.deb; do dpkg -x "$package" "$root"; done
# The links that libblas's and liblapack's scripts would make.
libraries=/usr/lib/$(uname -m)-linux-gnu
export HOME=/tmp LD_LIBRARY_PATH=$libraries/blas:$libraries/lapack

cat >"$root/make.py" <<'PYTHON'
import h5py
import numpy

words = numpy.array([[b"one", b"two"]], dtype="S4")
for name, text in (("numbers", numpy.ones((1, 2))), ("one", words[0]), ("two", words)):
    with h5py.File(f"/{name}.h5", "w") as file:
        for place, value in (("a", 1.0), ("m", text), ("z", 3.0)):
            file[place] = value
PYTHON
chroot "$root" /usr/bin/python3 /make.py
seen=$(for name in numbers one two; do
    chroot "$root" /usr/bin/octave-cli --no-init-file --no-site-file --eval \
        "s = load('/$name.h5'); printf('%s:', '$name'); printf(' %s', sort(fieldnames(s)){:}); printf('\n'); exit(0)" \
        2>"$folder/$name.err" || true
    grep '^warning: load' "$folder/$name.err" || true
done)
expected="numbers: a m z
one: a m z
two: a
warning: load: error while reading hdf5 item 'm'"
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
