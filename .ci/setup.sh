#!/bin/sh
# Installs what the build needs and is missing: Rust by rustup, the WebAssembly target, and the tools of the admin
# app. Tools go to target/tools, versions are pinned, and what is there already is left alone.
set -eu
cd "$(dirname "$0")/.."
PATH="$HOME/.cargo/bin:$PWD/target/tools/bin:$PATH"
export PATH

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
need() { say "$1 is missing: $2"; exit 1; }

command -v rustup >/dev/null || need rustup "install Rust from https://rustup.rs, then run this again"
command -v npm >/dev/null || need npm "install Node.js 20 or newer, then run this again"
command -v cc >/dev/null || need "a C compiler" "apt-get install build-essential, or xcode-select --install"

rustup target list --installed | grep -qx wasm32-unknown-unknown ||
    { say "Adding the WebAssembly target ..."; rustup target add wasm32-unknown-unknown; }

# Debug builds of the tools: half the time to build, and they only bundle. Trunk, not optimised at all,
# takes half of that to build, and bundles as fast.
install() { # crate, version, binary, level of optimisation, further arguments
    crate=$1 version=$2 binary=$3 level=$4
    shift 4
    if "$binary" --version 2>/dev/null | grep -qF "$version"; then return; fi
    say "Installing $crate $version, once (a few minutes) ..."
    CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_OPT_LEVEL="$level" CARGO_TARGET_DIR="$PWD/target/tools/build" \
        cargo install --debug --quiet --root "$PWD/target/tools" --version "$version" "$@" "$crate"
}
bindgen=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p;}' Cargo.lock)
install trunk 0.21.14 trunk 0 --locked --no-default-features --features rustls
install wasm-bindgen-cli "$bindgen" wasm-bindgen 1

if [ ! -x target/tools/node_modules/.bin/wasm-opt ]; then
    say "Installing wasm-opt ..."
    npm install --silent --no-fund --no-audit --prefix target/tools binaryen@132.0.0
fi

# josekit brings OpenSSL. Where its headers are missing it is built from source, which takes perl and make.
if ! pkg-config --exists openssl 2>/dev/null; then
    command -v perl >/dev/null || need perl "apt-get install perl, or libssl-dev and pkg-config instead"
    command -v make >/dev/null || need make "apt-get install make, or libssl-dev and pkg-config instead"
fi
