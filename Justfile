# Every-day work. `just` alone lists the recipes.

set shell := ["sh", "-eu", "-c"]

# Rust programs that a recipe installs are found, also where the shell's profile does not name them.
tools := justfile_directory() / "target/tools"
export PATH := env("HOME") / ".cargo/bin:" + tools / "bin:" + tools / "node_modules/.bin:" + env("PATH")

# OpenSSL from the machine where its headers are there, else from source.
vendored := `pkg-config --exists openssl 2>/dev/null || echo "--features vendored"`

# Each width and each colour once.
two_variants := "--project narrow-dark --project wide-light"

[private]
default:
    @just --list --unsorted

# Install what is missing, build all, and run the server with the admin app on an embedded database
run *arguments: setup web
    cargo run --release --package latchkey {{ vendored }} -- serve {{ arguments }}

# Install what is missing, and run every test
test: setup web
    # Much of what follows keeps one processor busy: on the others the release executable for the browser is built.
    nice -n 19 cargo build --release --quiet --package latchkey {{ vendored }} & release=$!; \
    trap 'kill $release 2>/dev/null' EXIT; \
    "{{ just_executable() }}" check test-server test-web; \
    wait $release; trap - EXIT
    sh .ci/with.sh browser "{{ just_executable() }}" browser {{ two_variants }}

# Formatting, lints and the OpenAPI document, without running the tests
check: setup
    cargo fmt --all --check
    cargo clippy --workspace --exclude web --all-targets {{ vendored }} -- --deny warnings
    cd web && cargo clippy --package web --target wasm32-unknown-unknown -- --deny warnings
    cd web && cargo clippy --package web --target wasm32-unknown-unknown --features styleguide -- --deny warnings
    sh openapi/check/redocly.sh

# The tests of the server on SQLite and PostgreSQL, the fuzzer on the API, generated clients, and other people's (needs Chromium)
test-server: setup
    cargo test --workspace --exclude web {{ vendored }}
    sh openapi/check/schemathesis.sh
    sh .ci/with.sh python sh openapi/check/clients.sh
    sh .ci/with.sh "python browser" sh e2e/clients/run.sh

# The admin app by itself, its client of the API, then in a browser, narrow and dark, and wide and light (needs Chromium)
test-app: test-web web
    sh .ci/with.sh browser "{{ just_executable() }}" browser {{ two_variants }}

[private]
test-web: setup
    cargo test --package web --package api-client --features api-client/browser

# The admin app in a browser, against the release executable on fresh data; at each width in both colours, unless told less (needs Chromium)
e2e *arguments: setup web (browser arguments)

[private]
browser *arguments:
    cargo build --release --package latchkey {{ vendored }}
    cd e2e && npm ci --silent --no-fund --no-audit && npm test --silent -- {{ arguments }}

# Make the pictures of the README anew (needs Chromium)
screenshots: setup web
    cargo build --release --package latchkey {{ vendored }}
    cd e2e && npm ci --silent --no-fund --no-audit && npm run --silent screenshots

# Format everything
fmt:
    cargo fmt --all

# Write openapi/openapi.json from the code
openapi:
    cargo run --quiet --package latchkey {{ vendored }} -- openapi > target/openapi.json
    mv target/openapi.json openapi/openapi.json

# Measure token issue, introspection and lists against their baselines
bench *arguments:
    cargo bench --package latchkey {{ vendored }} -- {{ arguments }}

# Build the admin app into web/dist
web: setup
    cd web && trunk build --release --offline

# Rebuild and restart on every change (server on 8080, admin app reloaded by trunk on 8081, with /admin/styleguide)
dev: setup
    cd web && trunk serve --port 8081 --offline --features styleguide &
    cargo run --package latchkey {{ vendored }} -- serve

# Install the tools that are missing; nothing outside this folder but Rust's own
setup:
    sh .ci/setup.sh
