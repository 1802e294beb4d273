using OmnyDrive.Engine.Credentials;
using OmnyDrive.Errors;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests;

public sealed class CredentialStoreTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public void What_is_kept_is_there_for_the_next_process_and_readable_by_its_owner_alone()
    {
        using (var store = Open())
            store.Add(new HostCredential("Example.org:443", CredentialKind.Token) { Secret = "s3cret" });
        using (var store = Open())
            Assert.Equal(new HostCredential("example.org", CredentialKind.Token) { Secret = "s3cret" }, Assert.Single(store.List()));
        foreach (var file in Directory.EnumerateFiles(_scratch.At("state")))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_server_has_one_for_HTTPS_and_one_for_SSH_and_another_port_is_another_server()
    {
        using var store = Open();
        var key = _scratch.At("key");
        File.WriteAllText(key, "x");
        store.Add(new HostCredential("example.org", CredentialKind.Token) { Secret = "old" });
        store.Add(new HostCredential("example.org", CredentialKind.SshKey) { KeyFile = key });
        store.Add(new HostCredential("example.org:8443", CredentialKind.Token) { Secret = "other" });
        store.Add(new HostCredential("example.org", CredentialKind.Password) { Username = "me", Secret = "new" });
        Assert.Equal(["example.org Password new", "example.org SshKey ", "example.org:8443 Token other"], store.List().Select(kept => $"{kept.Server} {kept.Kind} {kept.Secret}"));
        Assert.Equal(2, store.Remove("example.org"));
        Assert.Equal(0, store.Remove("example.org"));
        Assert.Equal("example.org:8443", Assert.Single(store.List()).Server);
    }

    [Fact]
    public void The_usual_port_is_that_of_the_protocol()
    {
        using var store = Open();
        var key = _scratch.At("key");
        File.WriteAllText(key, "x");
        Assert.Equal(["ssh.example.org:443", "example.org"], new[] { "ssh.example.org:443", "example.org:22" }.Select(server => store.Add(new HostCredential(server, CredentialKind.SshKey) { KeyFile = key }).Server));
        store.Add(new HostCredential("ssh.example.org", CredentialKind.Token) { Secret = "x" });
        Assert.Equal(2, store.Remove("ssh.example.org:443"));
        Assert.Equal("example.org", Assert.Single(store.List()).Server);
    }

    [Fact]
    public void What_is_replaced_or_forgotten_is_in_no_file_any_more()
    {
        using (var store = Open())
        {
            store.Add(new HostCredential("example.org", CredentialKind.Token) { Secret = "first-secret" });
            store.Add(new HostCredential("example.org", CredentialKind.Token) { Secret = "second-secret" });
            store.Remove("example.org");
        }
        Assert.All(Directory.EnumerateFiles(_scratch.At("state")), file => Assert.DoesNotContain("-secret", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
    }

    [Fact]
    public void Its_text_says_nothing_secret() =>
        Assert.DoesNotContain("s3cret", $"{new HostCredential("example.org", CredentialKind.Token) { Secret = "s3cret" }}", StringComparison.Ordinal);

    [Theory]
    [InlineData("https://example.org", "x", null, ErrorCode.Invalid)]
    [InlineData("me@example.org", "x", null, ErrorCode.Invalid)]
    [InlineData("-example.org", "x", null, ErrorCode.Invalid)]
    [InlineData("", "x", null, ErrorCode.Invalid)]
    [InlineData("example.org", "", null, ErrorCode.Invalid)]
    [InlineData("example.org", "  ", null, ErrorCode.Invalid)]
    [InlineData("example.org:99999", "x", null, ErrorCode.Invalid)]
    [InlineData("exa mple.org", "x", null, ErrorCode.Invalid)]
    [InlineData("example.org", "two\nlines", null, ErrorCode.Invalid)]
    [InlineData("example.org", "x", "two\nlines", ErrorCode.Invalid)]
    public void What_no_server_takes_is_not_kept(string server, string secret, string? username, string code)
    {
        using var store = Open();
        Assert.Equal(code, Assert.Throws<DriveException>(() => store.Add(new HostCredential(server, CredentialKind.Token) { Secret = secret, Username = username })).Code);
        Assert.Empty(store.List());
    }

    [Fact]
    public void A_public_key_is_not_taken_for_a_private_one()
    {
        using var store = Open();
        File.WriteAllText(_scratch.At("key.pub"), "ssh-ed25519 AAAA me@here\n");
        Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => store.Add(new HostCredential("example.org", CredentialKind.SshKey) { KeyFile = _scratch.At("key.pub") })).Code);
    }

    [Fact]
    public void A_key_that_is_not_there_is_not_kept()
    {
        using var store = Open();
        Assert.Equal(ErrorCode.PathNotFound, Assert.Throws<DriveException>(() => store.Add(new HostCredential("example.org", CredentialKind.SshKey) { KeyFile = _scratch.At("none") })).Code);
    }

    public void Dispose() => _scratch.Dispose();

    private CredentialStore Open() => CredentialStore.Open(_scratch.At("state"));
}
