using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Engine.Credentials;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Testing;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>A repository at a plain git server, which endpoint alpha publishes as <c>alpha/repo</c> by its URL, and other endpoints of the same hub.</summary>
internal sealed class RemoteSides : IAsyncDisposable
{
    private readonly List<LocalDriveEndpoint> _endpoints = [];

    private RemoteSides()
    {
    }

    internal static DriveId Drive { get; } = DriveId.Parse("alpha/repo");

    internal ScratchDirectory Scratch { get; } = new();

    internal LocalDriveHub Hub { get; } = new();

    internal PlainGitServer Server { get; private set; } = null!;

    internal LocalDriveEndpoint Alpha { get; private set; } = null!;

    internal LocalDriveEndpoint Beta { get; private set; } = null!;

    /// <summary>The bare repository as it lies on disk.</summary>
    internal string Origin => Path.Combine(Scratch.Path, "served/group/repo.git");

    internal string Url => $"{Server.Url}/group/repo.git";

    internal string Mount => Scratch.At("mount");

    internal static async Task<RemoteSides> StartAsync()
    {
        var sides = new RemoteSides();
        var work = sides.Scratch.Directory("work");
        GitSides.Sample(work);
        Directory.CreateDirectory(Path.GetDirectoryName(sides.Origin)!);
        Run(sides.Scratch.Path, "clone", "--quiet", "--bare", work, sides.Origin);
        sides.Server = await PlainGitServer.StartAsync(Path.Combine(sides.Scratch.Path, "served"));
        (sides.Alpha, sides.Beta) = (sides.Endpoint("alpha"), sides.Endpoint("beta"));
        return sides;
    }

    internal LocalDriveEndpoint Endpoint(string id)
    {
        var endpoint = new LocalDriveEndpoint(new EndpointIdentity(id), Hub, new LocalDriveEndpointOptions { StateDirectory = StateOf(id) });
        _endpoints.Add(endpoint);
        return endpoint;
    }

    internal string StateOf(string id) => Scratch.At($"{id}-state");

    /// <summary>Keeps something for an endpoint, as its owner does.</summary>
    internal void Keep(string id, HostCredential credential)
    {
        using var store = CredentialStore.Open(StateOf(id));
        store.Add(credential);
    }

    internal HostCredential Token(string secret) => new(Server.Server, CredentialKind.Token) { Secret = secret };

    internal string? AtOrigin(string branch) => GitSides.CommitOf(Origin, $"refs/heads/{branch}");

    public async ValueTask DisposeAsync()
    {
        foreach (var endpoint in _endpoints)
            await endpoint.DisposeAsync();
        await Server.DisposeAsync();
        foreach (var repository in new[] { Origin, Mount }.Where(Directory.Exists))
            Run(repository, "fsck", "--strict", "--no-dangling");
        Scratch.Dispose();
    }
}
