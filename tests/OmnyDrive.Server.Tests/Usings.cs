// The tests work on real files with modes and links.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
