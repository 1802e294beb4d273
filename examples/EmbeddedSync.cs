#!/usr/bin/env -S dotnet run
#:project ../src/OmnyDrive.Engine/OmnyDrive.Engine.csproj

// A hub and two endpoints in one process, without sockets: publish, clone, sync, and a conflict that is refused.
// Run it with: dotnet run examples/EmbeddedSync.cs

using OmnyDrive.Engine;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Reconciling;

var place = Directory.CreateTempSubdirectory("omnydrive-example-");
var origin = place.CreateSubdirectory("origin").FullName;
var mountPath = Path.Combine(place.FullName, "mount");
File.WriteAllText(Path.Combine(origin, "notes.txt"), "first version\n");

var hub = new LocalDriveHub();
await using var alpha = new LocalDriveEndpoint(new EndpointIdentity("alpha"), hub);
await using var beta = new LocalDriveEndpoint(new EndpointIdentity("beta"), hub);

var published = await alpha.PublishDirectoryAsync(origin, new PublishOptions { Name = "notes" });
Console.WriteLine($"published {published.Drive.Id}");

var clone = await beta.CloneDriveAsync(published.Drive.Id, mountPath);
Console.WriteLine($"cloned {clone.Files} file");

File.WriteAllText(Path.Combine(mountPath, "notes.txt"), "second version\n");
var sync = await beta.SyncMountAsync(clone.Mount.Id);
Console.WriteLine($"{sync.Status}: {string.Join(", ", sync.Changes.Select(applied => applied.Change.Path))}");

File.WriteAllText(Path.Combine(origin, "notes.txt"), "third version, at the origin\n");
File.WriteAllText(Path.Combine(mountPath, "notes.txt"), "third version, in the mount\n");
try
{
    await beta.SyncMountAsync(clone.Mount.Id);
}
catch (ConflictDetectedException refused)
{
    Console.WriteLine($"{refused.Conflict.Kind}: {string.Join(", ", refused.Conflict.Paths.Select(path => path.Path))}");
    Console.WriteLine(refused.Message);
}

place.Delete(recursive: true);
