#!/usr/bin/env bash
# Makes the native binary, one file that needs no runtime: eng/publish-native.sh OUTDIR
# For Linux on the architecture of this machine. Needs the .NET 10 SDK, clang or gcc, and the headers of zlib.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
work=$root/artifacts/native

. "$root/eng/dotnet.sh"

die() {
    printf 'publish-native: %s\n' "$1" >&2
    exit "${2:-1}"
}

host_rid() {
    [ "$(uname -s)" = Linux ] || die "only Linux is supported so far, not $(uname -s)."
    local libc=linux
    if ldd --version 2>&1 | grep -qi musl; then libc=linux-musl; fi
    case $(uname -m) in
        x86_64) echo "$libc-x64" ;;
        aarch64) echo "$libc-arm64" ;;
        *) die "there is no native build for $(uname -m)." ;;
    esac
}

find_linker() {
    for linker in clang gcc; do
        if command -v "$linker" >/dev/null; then return; fi
    done
    die "a C compiler is needed to link: apt-get install clang (or gcc)."
}

check_zlib() {
    echo 'int main(void) { return 0; }' | "$linker" -x c - -lz -o /dev/null 2>/dev/null || die "the zlib library is needed to link: apt-get install zlib1g-dev"
}

[ $# = 1 ] || die "usage: eng/publish-native.sh OUTDIR" 64
mkdir -p "$1"
out=$(cd "$1" && pwd -P)
find_dotnet && has_sdk || die "$(sdk_missing)"
find_linker
check_zlib
rid=$(host_rid)

prepare_dotnet "$work"
cd "$root"
rm -rf "$work/publish"
"$dotnet" publish src/OmnyDrive.Cli/OmnyDrive.Cli.csproj --configuration Release --runtime "$rid" --disable-build-servers -nodeReuse:false \
    -verbosity:quiet -consoleLoggerParameters:NoSummary "-p:ArtifactsPath=$work" -p:PublishAot=true -p:StripSymbols=false \
    "-p:CppCompilerAndLinker=$linker"

# Libraries and symbols that the build leaves beside the binary are not needed to run it.
binary=$work/publish/OmnyDrive.Cli/release_$rid/omnydrive
# A binary that runs cannot be written to, but it can be replaced.
cp "$binary" "$out/omnydrive.new"
mv "$out/omnydrive.new" "$out/omnydrive"
printf '%s: %s MiB\n' "$out/omnydrive" "$(($(wc -c <"$out/omnydrive") >> 20))" >&2
