#!/bin/sh
# Puts Countermark into the menu of this user's desktop, from where this folder lies now. It copies no program and
# needs no rights; run it again after moving the folder, or with --remove to take it out of the menu.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/countermark.desktop
icon=$data/icons/hicolor/scalable/apps/countermark.svg
if [ "${1:-}" = --remove ]; then
    rm -f "$entry" "$icon"
    echo "Countermark is out of the menu; the folder $here and your data stay."
    exit 0
fi
mkdir -p "${entry%/*}" "${icon%/*}"
cp "$here/countermark.svg" "$icon"
sed "s|^Exec=.*|Exec=\"$here/countermark-window\"|" "$here/countermark.desktop" >"$entry"
echo "Countermark is in the menu. On the command line: \"$here/countermark\" --help"
