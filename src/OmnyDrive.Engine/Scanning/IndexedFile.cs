using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>What a file was when its content was hashed.</summary>
/// <param name="Fingerprint">Its stat fingerprint.</param>
/// <param name="Content">Its hash.</param>
/// <param name="IsSettled">
/// Whether the fingerprint was taken so long after the file's last change that any later change must show in it. Where not, the fingerprint
/// serves this run, and the next scan hashes the file again (git calls such an entry racy).
/// </param>
internal readonly record struct IndexedFile(Fingerprint Fingerprint, ContentHash Content, bool IsSettled);
