# Sourced by the doors in this folder: the steps that make an environment, each skipped when done.
# Every step says what it does; a failed one says what to do. Nothing is written outside the checkout.

set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
mkdir -p .cache
export UV_CACHE_DIR="${UV_CACHE_DIR:-$root/.cache/uv}" npm_config_cache="${npm_config_cache:-$root/.cache/npm}"
export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_NO_PROGRESS=1

say() { printf '%s\n' "── $*" >&2; }
fail() { printf '\n%s\n' "✗ $1" >&2; shift; printf '  %s\n' "$@" >&2; exit 1; }

# quietly COMMAND...: what it says is shown only if it fails.
quietly() { "$@" > .cache/said 2>&1 || { local code=$?; tail -n 40 .cache/said >&2; return "$code"; }; }

# did STAMP CONTENT: whether the step with this stamp was done for the same content before.
did() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }
hash_of() { cat "$@" | sha256sum | cut -d' ' -f1; }
hash_of_tree() { find "$@" -type f -not -path '*/node_modules/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }

# python_environment run|dev: .venv with the locked packages and this project.
python_environment() {
  local kind=$1 python=${PYTHON:-python3}
  command -v "$python" >/dev/null || fail "Python is missing." "Debian: apt-get install python3 python3-venv"
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old; Matinee needs 3.11 or newer." "Install one, then: PYTHON=python3.12 bin/demo"
  # A copied or moved checkout leaves an environment that points elsewhere.
  if [ -d .venv ] && ! { .venv/bin/python -c pass && [ "$(cat .venv/.root 2>/dev/null || echo "$root")" = "$root" ]; } 2>/dev/null; then
    say "The environment in .venv belongs to another place; making it anew"
    rm -rf .venv
  fi
  if [ ! -x .venv/bin/python ]; then
    say "Making an environment in .venv ($("$python" --version))"
    "$python" -m venv .venv || { rm -rf .venv; fail "Python cannot make environments." "Debian: apt-get install python3-venv"; }
  fi
  printf '%s' "$root" > .venv/.root
  local wanted; wanted=$(hash_of requirements/bootstrap.txt "requirements/$kind.txt" pyproject.toml)
  did ".venv/.installed-$kind" "$wanted" && return
  say "Installing packages, each checked against its hash (some 180 MB the first time)"
  .venv/bin/python -m pip install --quiet --no-cache-dir --only-binary :all: --require-hashes -r requirements/bootstrap.txt ||
    fail "uv could not be installed." "Is there a network? Behind a mirror, set PIP_INDEX_URL and, if needed, PIP_CERT."
  hand_on_pip_settings
  .venv/bin/uv pip install --quiet --python .venv/bin/python --compile-bytecode --require-hashes -r "requirements/$kind.txt" &&
    .venv/bin/uv pip install --quiet --python .venv/bin/python --offline --no-deps --no-build-isolation --editable . ||
    fail "The packages could not be installed." "Is there a network, and room on the disk? Then just start this again."
  printf '%s' "$wanted" > ".venv/.installed-$kind"
  # What tests need holds all that a run needs.
  [ "$kind" = run ] || hash_of requirements/bootstrap.txt requirements/run.txt pyproject.toml | tr -d '\n' > .venv/.installed-run
}

# uv reads none of pip's settings: hand on the index and the certificates that pip uses here.
hand_on_pip_settings() {
  local settings; settings=$(.venv/bin/python -m pip config list 2>/dev/null || true)
  pip_setting() { sed -n "s/^[^=]*\.$1='\(.*\)'$/\1/p" <<<"$settings" | tail -n 1; }
  local index extra cert
  index=${PIP_INDEX_URL:-$(pip_setting index-url)}
  extra=$(tr ' ' '\n' <<<"${PIP_EXTRA_INDEX_URL:-$(pip_setting extra-index-url)}" | grep -E '^https?:' | tr '\n' ' ' || true)
  cert=${PIP_CERT:-$(pip_setting cert)}
  [ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"
  # Whichever index it comes from, a package must have the hash of the lock.
  [ -z "${extra// /}" ] || export UV_INDEX="${UV_INDEX:-$extra}" UV_INDEX_STRATEGY=unsafe-best-match
  [ -z "$cert" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$cert}" NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$cert}"
  export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-180}"
}

# node_environment: node and npm on PATH; the machine's own where it is new enough.
node_environment() {
  if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null ||
    ! command -v npm >/dev/null; then
    local wanted; wanted=$(hash_of requirements/node.txt)
    if ! did .venv-node/.installed "$wanted"; then
      say "Installing Node in .venv-node (this machine has none that is new enough)"
      hand_on_pip_settings
      rm -rf .venv-node
      .venv/bin/uv venv --quiet --python .venv/bin/python .venv-node &&
        .venv/bin/uv pip install --quiet --python .venv-node/bin/python --require-hashes -r requirements/node.txt ||
        fail "Node could not be installed." "Is there a network? Or install Node 20.19 or newer yourself."
      printf '%s' "$wanted" > .venv-node/.installed
    fi
    export PATH="$root/.venv-node/bin:$PATH"
  fi
}

# web_packages: web/node_modules as the lock says.
web_packages() {
  node_environment
  local wanted; wanted=$(hash_of web/package.json web/package-lock.json)
  did web/node_modules/.installed "$wanted" && return
  say "Installing the web app's packages"
  hand_on_pip_settings
  quietly npm --prefix web ci --no-audit --no-fund --loglevel=error ||
    fail "npm could not install the web app's packages." "Is there a network? Behind a mirror, set NPM_CONFIG_REGISTRY; then start this again."
  [ "$npm_config_cache" != "$root/.cache/npm" ] || rm -rf "$npm_config_cache" # 200 MB that nobody reads again
  printf '%s' "$wanted" > web/node_modules/.installed
}

# judges: Checkov in .venv-judges, for bin/check --full.
judges() {
  local wanted; wanted=$(hash_of requirements/judges.txt)
  did .venv-judges/.installed "$wanted" && return
  say "Installing Checkov in .venv-judges"
  hand_on_pip_settings
  rm -rf .venv-judges
  .venv/bin/uv venv --quiet --python .venv/bin/python .venv-judges &&
    .venv/bin/uv pip install --quiet --python .venv-judges --require-hashes -r requirements/judges.txt ||
    fail "Checkov could not be installed." "Is there a network? Then just start this again."
  printf '%s' "$wanted" > .venv-judges/.installed
}

# chart_kinds: the kinds of other people's operators, which the chart's manifests are held against.
chart_kinds() {
  node_environment
  local folder=tests/deploy/kinds wanted
  wanted=$(hash_of $folder/package.json $folder/package-lock.json)
  did $folder/node_modules/.installed "$wanted" && return
  say "Installing the kinds of KEDA, the Gateway API, external secrets and Prometheus' operator (40 MB)"
  hand_on_pip_settings
  quietly npm --prefix $folder ci --ignore-scripts --no-audit --no-fund --loglevel=error ||
    fail "npm could not install what the chart is held against." "Is there a network? Then just start this again."
  printf '%s' "$wanted" > $folder/node_modules/.installed
}

# web_app: web/dist, built anew when its sources changed.
web_app() {
  [ -f web/package.json ] || return 0
  local wanted
  wanted="$(hash_of_tree web/src web/public) $(hash_of web/package-lock.json web/index.html web/vite.config.ts web/tsconfig.json)"
  [ -f web/dist/index.html ] && did .cache/web-app "$wanted" && return
  web_packages
  say "Building the web app"
  quietly npm --prefix web run --silent build || fail "The web app could not be built." "The lines above say why."
  printf '%s' "$wanted" > .cache/web-app
}
