using OmnyDrive.Engine;
using OmnyDrive.Engine.Credentials;
using OmnyDrive.Errors;
using OmnyDrive.Testing;
using Xunit;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>Drives that git reaches by ssh. What stands in for ssh here writes down how it was called, and runs on this machine what it was to run on the other.</summary>
[Collection(typeof(ChangedEnvironment))]
public sealed class SshGitTests
{
    private const string Script = """
        #!/bin/sh
        for argument; do printf '%s\n' "$argument" >> "DIR/calls"; last=$argument; done
        test -z "$OMNYDRIVE_GIT_PASSWORD" || echo leaked >> "DIR/calls"
        if [ -f "DIR/says" ]; then cat "DIR/says" >&2; exit 255; fi
        exec sh -c "$last"

        """;

    [Fact]
    public async Task A_repository_behind_ssh_is_cloned_and_pushed_to_with_the_key_that_is_kept()
    {
        await using var sides = await RemoteSides.StartAsync();
        using var ssh = new StandIn(sides);
        var key = sides.Scratch.At("it's a key");
        await File.WriteAllTextAsync(key, "x", TestContext.Current.CancellationToken);
        foreach (var endpoint in new[] { "alpha", "beta" })
        {
            sides.Keep(endpoint, new HostCredential("git.example.org:2222", CredentialKind.SshKey) { KeyFile = key });
            sides.Keep(endpoint, new HostCredential("git.example.org:2222", CredentialKind.Token) { Secret = "s3cret" });
        }
        await sides.Alpha.PublishGitAsync($"ssh://git@git.example.org:2222{sides.Origin}", new PublishOptions { ProtectedBranches = [] });
        var mount = (await sides.Beta.CloneDriveAsync(RemoteSides.Drive, sides.Mount)).Mount.Id;
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "mine\n", TestContext.Current.CancellationToken);
        Assert.Equal(SyncStatus.Pushed, (await sides.Beta.SyncMountAsync(mount)).Status);
        Assert.Equal(sides.AtOrigin("main"), Run(sides.Mount, "rev-parse", "HEAD"));
        var calls = ssh.Calls();
        foreach (var expected in new[] { "BatchMode=yes", "ForwardAgent=no", "IdentitiesOnly=yes", key, "2222", "git@git.example.org" })
            Assert.Contains(expected, calls);
        Assert.DoesNotContain("leaked", calls);
        Assert.DoesNotContain(calls, call => call.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_short_form_with_a_colon_does_as_well_and_without_a_key_ssh_decides()
    {
        await using var sides = await RemoteSides.StartAsync();
        using var ssh = new StandIn(sides);
        await sides.Alpha.PublishGitAsync($"git@git.example.org:{sides.Origin}");
        await sides.Beta.CloneDriveAsync(RemoteSides.Drive, sides.Mount);
        Assert.DoesNotContain("-i", ssh.Calls());
        Assert.Contains("git@git.example.org", ssh.Calls());
    }

    [Theory]
    [InlineData("git@git.example.org: Permission denied (publickey).\nfatal: Could not read from remote repository.", ErrorCode.Unauthorized, "--ssh-key")]
    [InlineData("Host key verification failed.\nfatal: Could not read from remote repository.", ErrorCode.OriginUnreachable, "ssh git@git.example.org")]
    [InlineData("ssh: connect to host git.example.org port 22: Connection refused", ErrorCode.OriginUnreachable, "be reached")]
    [InlineData("ERROR: Repository not found.", ErrorCode.OriginUnreachable, "Is the URL right?")]
    public async Task What_ssh_says_becomes_an_error_with_the_next_step(string said, string code, string hint)
    {
        await using var sides = await RemoteSides.StartAsync();
        using var ssh = new StandIn(sides, said);
        var refused = await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishGitAsync("git@git.example.org:group/repo.git"));
        Assert.Equal(code, refused.Code);
        Assert.Contains(hint, refused.Hint, StringComparison.Ordinal);
    }

    private sealed class StandIn : IDisposable
    {
        private readonly StandInProgram _program;

        internal StandIn(RemoteSides sides, string? says = null)
        {
            if (says is not null)
                File.WriteAllText(Path.Combine(sides.Scratch.Directory("ssh"), "says"), says + "\n");
            _program = new StandInProgram(sides.Scratch.Directory("ssh"), "ssh", Script);
        }

        internal string[] Calls() => File.ReadAllLines(Path.Combine(_program.Place, "calls"));

        public void Dispose() => _program.Dispose();
    }
}
