using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>
/// The hooks that are run, and they are ours: what git does when a push goes to a branch that is checked out. The first is asked before the push: it refuses where the work tree is not as the branch has it, where no branch is checked
/// out (as in a rebase), and where a file is in the way, also one that git leaves out, which git itself would write over. The second makes files and branch go along once git has locked the branch and found it where the push
/// saw it: before, another push could still be on its way, and files would be those of a push that does not land.
/// </summary>
internal static class PushToCheckout
{
    private const string Directory = "hooks", Note = "checkout.";

    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    // The one script under both names. The first leaves a note for the second, which git runs in the same process, so of the same parent: where the work tree is, and what was to become of it. A branch without a commit is compared
    // with the tree that holds nothing. Git runs the first in the work tree, with GIT_DIR and GIT_WORK_TREE set and the new commit as its argument; the second in the repository, with each ref on a line of its input. To refuse there
    // ends git, so it is left to what happens within an instant.
    private const string Script = """
        #!/bin/sh
        refuse() { echo "$1" >&2; exit 1; }
        nothing=4b825dc642cb6eb9a060e54bf8d69288fbee4904
        note=${0%/*}/checkout.$PPID

        name_of() { printf '%s' "$1" | git hash-object --stdin; }

        require_free() {
            git symbolic-ref -q HEAD >/dev/null || refuse "no branch is checked out"
            git update-index -q --ignore-submodules --refresh
            git diff-files --quiet --ignore-submodules -- || refuse "the work tree has changes"
            git diff-index --quiet --cached --ignore-submodules "$1" -- || refuse "the work tree has changes that are staged"
            [ -z "$(git ls-files --unmerged | head -c 1)" ] || refuse "the work tree has conflicts"
            git diff-tree -r -z --name-only --no-renames --diff-filter=AT "$1" "$2" -- | xargs -0 sh -c '
                for path; do
                    if [ -d "$path" ] && [ ! -L "$path" ]; then
                        [ -z "$(git ls-files --others -- ":(literal)$path" | head -c 1)" ] || exit 255
                    fi
                    while :; do
                        if [ -L "$path" ] || { [ -e "$path" ] && [ ! -d "$path" ]; }; then
                            git ls-files --error-unmatch -- ":(literal)$path" >/dev/null 2>&1 || exit 255
                        fi
                        case $path in */*) path=${path%/*} ;; *) break ;; esac
                    done
                done' sh || refuse "a file is in the way"
        }

        case ${0##*/} in
        push-to-checkout)
            cd "${GIT_WORK_TREE:-.}" || exit 1
            head=$(git rev-parse --quiet --verify HEAD) || head=$nothing
            require_free "$head" "$1"
            dir=$(git rev-parse --absolute-git-dir) && tree=$(pwd) && ref=$(git symbolic-ref HEAD) || exit 1
            [ "$(printf '%s%s' "$dir" "$tree" | wc -l)" -eq 0 ] || refuse "its path has more than one line"
            note=$note.$(name_of "$ref") && printf '%s\n' "$dir" "$tree" "$head" "$1" > "$note" || exit 1
            ;;
        reference-transaction)
            case $1 in prepared) ;; committed | aborted) rm -f "$note".*; exit 0 ;; *) exit 0 ;; esac
            checked_out=$(git worktree list --porcelain) || exit 1
            while read -r old new ref; do
                printf '%s\n' "$checked_out" | grep -qxF "branch $ref" || continue
                # Newer ones also tell of what they have refused themselves, as the branch is elsewhere by now.
                now=$(git rev-parse --quiet --verify "$ref") || now=
                case $old in *[!0]*) [ "$old" = "$now" ] || continue ;; *) [ -z "$now" ] || continue ;; esac
                { IFS= read -r dir && IFS= read -r tree && IFS= read -r head && IFS= read -r target; } < "$note.$(name_of "$ref")" || refuse "$ref was checked out meanwhile"
                [ "$target $head" = "$new ${now:-$nothing}" ] || refuse "$ref moved"
                (
                    GIT_DIR=$dir GIT_WORK_TREE=$tree
                    export GIT_DIR GIT_WORK_TREE
                    cd "$tree" || exit 1
                    require_free "$head" "$new"
                    exec git read-tree -u -m "$head" "$new"
                ) || exit 1
            done
            ;;
        esac

        """;

    private static readonly string[] Names = ["push-to-checkout", "reference-transaction"];

    /// <summary>Writes them into the private directory of a repository, where nobody else writes; returns the directory for git's <c>core.hooksPath</c>.</summary>
    internal static string Write(string repository)
    {
        using var root = RootDirectory.OpenAt(repository);
        using var directory = PrivateDirectory.OpenOrMake(root, Directory);
        var script = Encoding.ASCII.GetBytes(Script);
        foreach (var name in Names)
            Write(directory, name, script);
        RemoveNotes(directory);
        return directory.Path;
    }

    // One stays where a push was refused between the two, as the ref had moved. A note is for the instant.
    private static void RemoveNotes(IDirectoryHandle directory)
    {
        foreach (var listed in directory.List().Where(listed => listed.IsText && listed.Name.StartsWith(Note, StringComparison.Ordinal)))
        {
            if (directory.Stat(listed.Name) is not { Modified: var modified } || DateTime.UtcNow - DateTime.UnixEpoch.AddTicks(modified / 100) < Kept)
                continue;
            try
            {
                directory.RemoveFile(listed.Name);
            }
            catch (FileOperationException e) when (e.Error == FileError.NotFound)
            {
                // Another push was first.
            }
        }
    }

    private static void Write(IDirectoryHandle directory, string name, byte[] script)
    {
        if (directory.Stat(name) is { Kind: FileKind.File, Mode: var mode, Size: var size } && size == script.Length && (mode & 0x1FF) == FileModes.PrivateDirectory && File.ReadAllBytes(Path.Combine(directory.Path, name)).AsSpan().SequenceEqual(script))
            return;
        PrivateDirectory.Replace(directory, name, script);
        using var file = directory.OpenRead(name);
        directory.SetMode(file, FileModes.PrivateDirectory);
    }
}
