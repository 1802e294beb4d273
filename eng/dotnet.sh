# Sourced by ./omnydrive, ./test and eng/publish-native.sh (POSIX sh): finds the .NET SDK and keeps it quiet.

dotnet_download="https://dotnet.microsoft.com/download/dotnet/10.0"

# Sets $dotnet to the dotnet command; false where there is none.
find_dotnet() {
    for candidate in "$(command -v dotnet || true)" "${DOTNET_ROOT:-}/dotnet" "${HOME:-}/.dotnet/dotnet" \
        /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet /usr/local/share/dotnet/dotnet; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then
            dotnet=$candidate
            return 0
        fi
    done
    return 1
}

# Whether the command that find_dotnet found has an SDK that builds this repository.
has_sdk() {
    "$dotnet" --list-sdks 2>/dev/null | grep -q '^10\.'
}

# Says what is missing, for a message.
sdk_missing() {
    printf 'the .NET 10 SDK is not installed. Get it from %s, or where the distribution has it: apt-get install dotnet-sdk-10.0' "$dotnet_download"
}

# Environment for builds. $1 is where the SDK and NuGet may write if there is no usable home directory.
prepare_dotnet() {
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_ADD_GLOBAL_TOOLS_TO_PATH=false
    if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
        export DOTNET_CLI_HOME="${DOTNET_CLI_HOME:-$1/home}" NUGET_PACKAGES="${NUGET_PACKAGES:-$1/packages}"
    fi
}
