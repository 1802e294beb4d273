// The tests drive real processes on real files with modes.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
