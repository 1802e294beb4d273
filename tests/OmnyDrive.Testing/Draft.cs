using System.Text;
using OmnyDrive.Drives;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Testing;

/// <summary>
/// A push in the making, without the code of the product that makes them: the tree of an origin, edited on paper, and the contents that the
/// edits brought.
/// </summary>
public sealed class Draft
{
    private readonly Dictionary<ContentHash, byte[]> _contents = [];

    private Draft(SyncRef from, FlatTree tree) => (From, Tree) = (from, tree);

    /// <summary>The state the draft began with.</summary>
    public SyncRef From { get; set; }

    /// <summary>The tree as edited.</summary>
    public FlatTree Tree { get; }

    /// <summary>Where the push leads.</summary>
    public SyncRef Target => Tree.ToSnapshot().Ref;

    /// <summary>The tree of an origin as it stands.</summary>
    public static async Task<Draft> OfAsync(ITreeOrigin origin)
    {
        var head = (await origin.GetHeadAsync()).Ref;
        return new Draft(head, await TreeOfAsync(origin, head));
    }

    /// <summary>All of a state that an origin told.</summary>
    public static async Task<FlatTree> TreeOfAsync(ITreeOrigin origin, SyncRef state)
    {
        var trees = new TreeMap();
        await foreach (var (path, tree) in origin.ReadTreesAsync([new TreeRequest(DrivePath.Root, state.Tree, WithDescendants: true)]))
            trees.Add(path, tree);
        return FlatTree.Of(new Snapshot(state.Tree, trees));
    }

    /// <summary>Puts a file.</summary>
    public Draft File(string path, byte[] content, bool executable = false, long modified = 1_600_000_000_123_456_700)
    {
        var hash = ContentHash.Of(content);
        _contents[hash] = content;
        Tree.Put(DrivePath.Parse(path), Snapshots.Entry.File(content.Length, hash, executable, modified));
        return this;
    }

    /// <summary>Puts a file.</summary>
    public Draft File(string path, string content, bool executable = false) => File(path, Encoding.UTF8.GetBytes(content), executable);

    /// <summary>Puts an entry whatever it is.</summary>
    public Draft Entry(string path, Entry entry)
    {
        Tree.Put(DrivePath.Parse(path), entry);
        return this;
    }

    /// <summary>Puts a link.</summary>
    public Draft Link(string path, string target) => Entry(path, Snapshots.Entry.Symlink(target));

    /// <summary>Puts an empty directory.</summary>
    public Draft Directory(string path) => Entry(path, FlatTree.Directory);

    /// <summary>Removes a path and what lies below.</summary>
    public Draft Remove(string path)
    {
        Tree.RemoveAll(DrivePath.Parse(path));
        return this;
    }

    /// <summary>The announcement of the push.</summary>
    public PushIntent Intent(PushId? id = null) => new(id ?? PushId.New(), From, Target);

    /// <summary>All trees of the target.</summary>
    public async IAsyncEnumerable<LocatedTree> Trees()
    {
        await Task.CompletedTask;
        var snapshot = Tree.ToSnapshot();
        foreach (var path in ((TreeMap)snapshot.Trees).Paths.Order())
            yield return new LocatedTree(path, snapshot.Trees.Read(path, path.IsRoot ? snapshot.Root : snapshot.Find(path)!.TreeHash));
    }

    /// <summary>What the origin asked for, as it is sent.</summary>
    public ContentStream Content(IReadOnlyList<ContentNeed> needs, int index) => new MemoryContent(index, _contents[needs[index].Hash]);

    /// <summary>Everything that the origin asked for.</summary>
    public IAsyncEnumerable<ContentStream> Contents(IReadOnlyList<ContentNeed> needs) =>
        MemoryContent.Stream([.. needs.Select((_, index) => Content(needs, index))]);

    /// <summary>Announces the push and sends what it needs.</summary>
    public async Task<PushId> StageAsync(ITreeOrigin origin, PushId? id = null)
    {
        var intent = Intent(id);
        var needs = await origin.BeginPushAsync(intent, Trees());
        await origin.StageAsync(intent.Id, Contents(needs));
        return intent.Id;
    }

    /// <summary>The whole push.</summary>
    public async Task<PushResult> PushAsync(ITreeOrigin origin) => await origin.CommitPushAsync(await StageAsync(origin));
}
