using Xunit;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>Tests that change variables which all of this process and what it starts have, as the path of programs: no other test runs beside them, for it would find their stand-ins.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class ChangedEnvironment;
