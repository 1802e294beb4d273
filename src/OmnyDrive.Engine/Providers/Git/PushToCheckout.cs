using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>
/// The one hook that is run, and it is ours: what git does when a push goes to the branch that is checked out. It refuses where the work tree is not as the branch has it, where no branch is checked out (as in a rebase), and where
/// a file is in the way, also one that git leaves out, which git itself would write over. Else files and branch go along.
/// </summary>
internal static class PushToCheckout
{
    private const string Directory = "hooks", Name = "push-to-checkout";

    // A branch without a commit is compared with the tree that holds nothing. Git runs this in the work tree, with GIT_DIR and GIT_WORK_TREE set and the new commit as its argument.
    private const string Script = """
        #!/bin/sh
        refuse() { echo "$1" >&2; exit 1; }
        cd "${GIT_WORK_TREE:-.}" || exit 1
        git symbolic-ref -q HEAD >/dev/null || refuse "no branch is checked out"
        git update-index -q --ignore-submodules --refresh
        git diff-files --quiet --ignore-submodules -- || refuse "the work tree has changes"
        head=$(git rev-parse --quiet --verify HEAD) || head=4b825dc642cb6eb9a060e54bf8d69288fbee4904
        git diff-index --quiet --cached --ignore-submodules "$head" -- || refuse "the work tree has changes that are staged"
        git diff-tree -r -z --name-only --no-renames --diff-filter=AT "$head" "$1" -- | xargs -0 sh -c '
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
        exec git read-tree -u -m "$head" "$1"

        """;

    /// <summary>Writes it into the private directory of a repository, where nobody else writes; returns the directory for git's <c>core.hooksPath</c>.</summary>
    internal static string Write(string repository)
    {
        using var root = RootDirectory.OpenAt(repository);
        using var directory = PrivateDirectory.OpenOrMake(root, Directory);
        var script = Encoding.ASCII.GetBytes(Script);
        if (directory.Stat(Name) is not { Kind: FileKind.File, Mode: var mode, Size: var size } || size != script.Length || (mode & 0x1FF) != FileModes.PrivateDirectory || !File.ReadAllBytes(Path.Combine(directory.Path, Name)).AsSpan().SequenceEqual(script))
        {
            PrivateDirectory.Replace(directory, Name, script);
            using var file = directory.OpenRead(Name);
            directory.SetMode(file, FileModes.PrivateDirectory);
        }
        return directory.Path;
    }
}
