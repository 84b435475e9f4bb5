#!/usr/bin/env bash
# One unknown key, and Taplo marks every other key and value of its table as wrong.
#
# A table whose schema says "additionalProperties": false gets, for a single key that the schema has not, an error at the
# table's head and one at each key and at each value in it: 1 + 2 n for n keys. All have the same text, which names the
# wrong key but not where it is; in an editor the whole table is underlined. A value out of its range, in the same table,
# is marked alone.
#
# One would expect: one error, at the unknown key. Seen: 9 for a table of 3 right keys and a wrong one, 8 of them elsewhere.
# Needs: npm, the network. Exit status 1 if that changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm --prefix "$folder" install --no-audit --no-fund --ignore-scripts --loglevel=error @taplo/cli@0.7.0 >/dev/null
cd "$folder"
cat >schema.json <<'JSON'
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "properties": {
    "engine": {
      "type": "object",
      "additionalProperties": false,
      "properties": { "a": { "type": "number" }, "b": { "type": "number" }, "c": { "type": "number", "minimum": 0 } }
    }
  }
}
JSON
printf '#:schema ./schema.json\n[engine]\na = 1\nb = 2\nc = 3\nd = 4\n' >unknown.toml
printf '#:schema ./schema.json\n[engine]\na = 1\nb = 2\nc = -3\n' >range.toml

# "line:column" of every error in a file.
places() {
    { node_modules/.bin/taplo lint "$1" 2>&1 || true; } | sed -n 's|.*/'"$1"':\([0-9]*:[0-9]*\)$|\1|p' | tr '\n' ' '
}
seen="$(node_modules/.bin/taplo --version) of npm's @taplo/cli 0.7.0
an unknown key on line 6: errors at $(places unknown.toml)
a value out of range on line 5: errors at $(places range.toml)"
expected="taplo 0.9.0 of npm's @taplo/cli 0.7.0
an unknown key on line 6: errors at 2:1 3:1 3:5 4:1 4:5 5:1 5:5 6:1 6:5 
a value out of range on line 5: errors at 5:5 "
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
