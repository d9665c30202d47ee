# Every check of this repository by its name. `just ci` is all of them.

set shell := ["bash", "-euo", "pipefail", "-c"]

# Where `just tools` puts what is not a cargo program.
export PATH := justfile_directory() / "target/tools/bin" + ":" + env("PATH")

libraries := "-p ms-core -p ms-resilience -p ms-telemetry -p ms-auth"

[private]
default:
    @just --list --unsorted

# Every check, cheap ones first
[group('all')]
ci: toml spelling fmt house semantics deny clippy msrv test doctest doc features loom budgets

# Put one fault after the other into a copy of the tree and see each of them caught
[group('all')]
ci-selftest:
    .ci/selftest

# Install the programs that the checks need and that are missing
[group('all')]
tools:
    .ci/tools

# Manifests and settings are formatted and valid
[group('text')]
toml:
    RUST_LOG=error taplo fmt --check --diff
    RUST_LOG=error taplo lint

# No misspelt words
[group('text')]
spelling:
    typos

# The code is formatted
[group('text')]
fmt:
    cargo fmt --all --check
    if [ -f fuzz/Cargo.toml ]; then cargo fmt --manifest-path fuzz/Cargo.toml --check; fi

# The rules of the house: faces, imports, arrows, sizes, forbidden words, weights
[group('rules')]
house:
    cargo run --quiet --package ms-house -- check

# docs/semantics.md and the tests name each other
[group('rules')]
semantics:
    cargo run --quiet --package ms-house -- semantics

# Write the lists of tests in docs/semantics.md from the names in the code
[group('rules')]
semantics-write:
    cargo run --quiet --package ms-house -- semantics --write

# Licences, sources, and which crate may depend on which
[group('rules')]
deny:
    cargo deny --log-level error check -A unused-wrapper -A duplicate bans licenses sources

# Clippy on all targets and features, warnings as errors
[group('code')]
clippy *which="--workspace":
    cargo clippy {{ which }} --all-targets --all-features -- -D warnings

# The libraries promise one Rust version and use nothing newer
[group('code')]
msrv *which=libraries:
    for crate in ms-core ms-resilience ms-telemetry ms-auth; do \
        grep -qx 'rust-version.workspace = true' $crate/Cargo.toml \
            || { echo "$crate/Cargo.toml does not inherit rust-version"; exit 1; }; \
    done
    cargo clippy {{ which }} --lib --all-features -- -D clippy::incompatible_msrv

# All tests but those in docs
[group('code')]
test *which="--workspace":
    cargo nextest run {{ which }} --all-features

# The examples in docs
[group('code')]
doctest *which="--workspace":
    cargo test {{ which }} --all-features --doc

# Docs without warnings
[group('code')]
doc *which="--workspace":
    RUSTDOCFLAGS="-D warnings" cargo doc {{ which }} --all-features --no-deps

# Each feature alone, none, and all: without warnings
[group('code')]
features *which=libraries:
    cargo hack clippy {{ which }} --each-feature --lib -- -D warnings

# Every interleaving of the atomics, by loom
[group('code')]
loom *which="-p ms-core -p ms-resilience":
    RUSTFLAGS="--cfg ms_loom" CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/loom" \
        cargo nextest run {{ which }} --release --lib --all-features -E 'test(loom)'

# What a call costs, in instructions and allocations, against its budget
[group('code')]
budgets *options:
    cargo run --quiet --profile bench --package ms-benches --bin budgets -- {{ options }}

# Every fuzz target for so many seconds; needs nightly Rust and cargo-fuzz
[group('more')]
fuzz seconds="20":
    .ci/fuzz {{ seconds }}
