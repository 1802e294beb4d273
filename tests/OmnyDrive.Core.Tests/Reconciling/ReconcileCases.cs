namespace OmnyDrive.Core.Tests.Reconciling;

/// <summary>Three trees and what they amount to, in the text of <c>TreeText</c>.</summary>
public sealed record ReconcileCase(
    string Name, string Base, string Local, string Origin,
    string ToLocal = "", string ToOrigin = "", string Conflicts = "", string Unknown = "");

/// <summary>The table. Each case holds mirrored too, so one of two mirrored cases is written down only where it reads better.</summary>
public static class ReconcileCases
{
    private static readonly ReconcileCase[] Unchanged =
    [
        new("nothing anywhere", "", "", ""),
        new("one file, alike everywhere", "a=1", "a=1", "a=1"),
        new("every kind, alike everywhere", "a=1 b*=1 c->a d/ e/f=1", "a=1 b*=1 c->a d/ e/f=1", "a=1 b*=1 c->a d/ e/f=1"),
    ];

    private static readonly ReconcileCase[] OneSide =
    [
        new("the mount adds a file", "", "a=1", "", ToOrigin: "+a=1"),
        new("the mount adds an executable file", "", "a*=1", "", ToOrigin: "+a*=1"),
        new("the mount adds an empty file", "", "a=", "", ToOrigin: "+a="),
        new("the mount adds a link", "", "a->b", "", ToOrigin: "+a->b"),
        new("the mount adds a dangling link out of the tree", "", "a->../../b", "", ToOrigin: "+a->../../b"),
        new("the mount adds an empty directory", "", "a/", "", ToOrigin: "+a/"),
        new("the mount adds a directory with a file", "", "a/b=1", "", ToOrigin: "+a/ +a/b=1"),
        new("the mount adds a deep tree", "", "a/b/c/d/e=1 a/b/x/", "", ToOrigin: "+a/ +a/b/ +a/b/c/ +a/b/c/d/ +a/b/c/d/e=1 +a/b/x/"),
        new("the origin adds a file", "", "", "a=1", ToLocal: "+a=1"),
        new("the origin adds a directory with a file", "", "", "a/b=1", ToLocal: "+a/ +a/b=1"),
        new("the origin adds an empty directory", "", "", "a/", ToLocal: "+a/"),
        new("the mount edits a file", "a=1", "a=2", "a=1", ToOrigin: "~a=2"),
        new("the origin edits a file", "a=1", "a=1", "a=2", ToLocal: "~a=2"),
        new("the mount edits a file deep below", "a/b/c/d=1 a/e=1", "a/b/c/d=2 a/e=1", "a/b/c/d=1 a/e=1", ToOrigin: "~a/b/c/d=2"),
        new("the mount empties a file", "a=1", "a=", "a=1", ToOrigin: "~a="),
        new("the mount makes a file executable", "a=1", "a*=1", "a=1", ToOrigin: "~a*=1"),
        new("the mount makes a file not executable", "a*=1", "a=1", "a*=1", ToOrigin: "~a=1"),
        new("the origin makes a file executable", "a=1", "a=1", "a*=1", ToLocal: "~a*=1"),
        new("the origin makes a file not executable", "a*=1", "a*=1", "a=1", ToLocal: "~a=1"),
        new("the mount edits a file and makes it executable", "a=1", "a*=2", "a=1", ToOrigin: "~a*=2"),
        new("the mount points a link elsewhere", "a->b", "a->c", "a->b", ToOrigin: "~a->c"),
        new("the origin points a link elsewhere", "a->b", "a->b", "a->c", ToLocal: "~a->c"),
        new("the mount deletes a file", "a=1", "", "a=1", ToOrigin: "-a"),
        new("the origin deletes a file", "a=1", "a=1", "", ToLocal: "-a"),
        new("the mount deletes a link", "a->b", "", "a->b", ToOrigin: "-a"),
        new("the mount removes an empty directory", "a/", "", "a/", ToOrigin: "-a"),
        new("the origin removes an empty directory", "a/", "a/", "", ToLocal: "-a"),
        new("the mount removes a directory with files", "a/b=1 a/c=2 d=3", "d=3", "a/b=1 a/c=2 d=3", ToOrigin: "-a -a/b -a/c"),
        new("the origin removes a directory with files", "a/b=1 a/c=2 d=3", "a/b=1 a/c=2 d=3", "d=3", ToLocal: "-a -a/b -a/c"),
        new("the mount removes a deep tree", "a/b/c/d=1 a/b/e/ a/f->g", "", "a/b/c/d=1 a/b/e/ a/f->g", ToOrigin: "-a -a/b -a/b/c -a/b/c/d -a/b/e -a/f"),
        new("the mount empties a directory and keeps it", "a/b=1", "a/", "a/b=1", ToOrigin: "-a/b"),
        new("the mount deletes everything", "a=1 b/c=2", "", "a=1 b/c=2", ToOrigin: "-a -b -b/c"),
    ];

    private static readonly ReconcileCase[] OneSideChangesType =
    [
        new("the mount makes a link of a file", "a=1", "a->b", "a=1", ToOrigin: "!a->b"),
        new("the mount makes a file of a link", "a->b", "a=1", "a->b", ToOrigin: "!a=1"),
        new("the mount makes an empty directory of a file", "a=1", "a/", "a=1", ToOrigin: "!a/"),
        new("the mount makes a directory with files of a file", "a=1", "a/b=2 a/c/d=3", "a=1", ToOrigin: "!a/ +a/b=2 +a/c/ +a/c/d=3"),
        new("the mount makes a directory of an executable file", "a*=1", "a/b=2", "a*=1", ToOrigin: "!a/ +a/b=2"),
        new("the mount makes a directory of a link", "a->b", "a/b=2", "a->b", ToOrigin: "!a/ +a/b=2"),
        new("the mount makes a file of an empty directory", "a/", "a=1", "a/", ToOrigin: "!a=1"),
        new("the mount makes a file of a directory with files", "a/b=1 a/c/d=2", "a=3", "a/b=1 a/c/d=2", ToOrigin: "!a=3 -a/b -a/c -a/c/d"),
        new("the mount makes a link of a directory with files", "a/b=1", "a->c", "a/b=1", ToOrigin: "!a->c -a/b"),
        new("the origin makes a directory with files of a file", "a=1", "a=1", "a/b=2", ToLocal: "!a/ +a/b=2"),
        new("the origin makes a file of a directory with files", "a/b=1 a/c/d=2", "a/b=1 a/c/d=2", "a=3", ToLocal: "!a=3 -a/b -a/c -a/c/d"),
        new("the mount makes a file of a directory inside a directory", "a/b/c=1 a/d=1", "a/b=2 a/d=1", "a/b/c=1 a/d=1", ToOrigin: "!a/b=2 -a/b/c"),
        new("two names are exchanged", "a=1 b/c=2", "a/c=2 b=1", "a=1 b/c=2", ToOrigin: "!a/ +a/c=2 !b=1 -b/c"),
    ];

    private static readonly ReconcileCase[] Agreed =
    [
        new("both add the same file", "", "a=1", "a=1"),
        new("both add the same directory", "", "a/b=1", "a/b=1"),
        new("both make the same edit", "a=1", "a=2", "a=2"),
        new("both make the same edit deep below", "a/b/c=1 d=1", "a/b/c=2 d=1", "a/b/c=2 d=1"),
        new("both delete a file", "a=1", "", ""),
        new("both remove a directory", "a/b=1 a/c/d=2", "", ""),
        new("both make a file executable", "a=1", "a*=1", "a*=1"),
        new("both point a link to the same", "a->b", "a->c", "a->c"),
        new("both make the same directory of a file", "a=1", "a/b=2", "a/b=2"),
        new("both make the same file of a directory", "a/b=1", "a=2", "a=2"),
        new("both make the same edit, and the mount another", "a=1 b=1", "a=2 b=2", "a=2 b=1", ToOrigin: "~b=2"),
        new("both make the same edit, and the origin deletes another file", "a=1 b=1", "a=2 b=1", "a=2", ToLocal: "-b"),
        new("both remove a file from a directory that one of them then removes", "a/b=1 a/c=1", "a/c=1", "", ToLocal: "-a -a/c"),
        new("both add a directory, each with a file of its own", "", "a/b=1", "a/c=1", ToLocal: "+a/c=1", ToOrigin: "+a/b=1"),
        new("both make a directory of a file, each with a file of its own", "a=1", "a/b=1", "a/c=1", ToLocal: "+a/c=1", ToOrigin: "+a/b=1"),
        new("both add a directory, one of them with a file", "", "a/", "a/b=1", ToLocal: "+a/b=1"),
    ];

    private static readonly ReconcileCase[] BothWays =
    [
        new("each side edits a file of its own", "a=1 b=1", "a=2 b=1", "a=1 b=2", ToLocal: "~b=2", ToOrigin: "~a=2"),
        new("each side adds a file of its own", "", "a=1", "b=1", ToLocal: "+b=1", ToOrigin: "+a=1"),
        new("each side deletes a file of its own", "a=1 b=1", "a=1", "b=1", ToLocal: "-a", ToOrigin: "-b"),
        new("each side edits a file of its own in one directory", "a/b=1 a/c=1", "a/b=2 a/c=1", "a/b=1 a/c=2", ToLocal: "~a/c=2", ToOrigin: "~a/b=2"),
        new("the mount renames a file while the origin edits another", "a=1 b=1", "b=1 c=1", "a=1 b=2", ToLocal: "~b=2", ToOrigin: "-a +c=1"),
        new("the mount removes a directory while the origin adds one beside it", "a/b=1", "", "a/b=1 ab/c=1", ToLocal: "+ab/ +ab/c=1", ToOrigin: "-a -a/b"),
        new("a directory and names that begin like it keep apart", "a/x=1 a.b=1 a-b=1", "a/x=2 a.b=1 a-b=1", "a/x=1 a.b=2 a-b=1", ToLocal: "~a.b=2", ToOrigin: "~a/x=2"),
        new("names that differ in case are two names", "a=1", "a=1 A=1", "a=2", ToLocal: "~a=2", ToOrigin: "+A=1"),
    ];

    private static readonly ReconcileCase[] FileConflicts =
    [
        new("both edit a file differently", "a=1", "a=2", "a=3", Conflicts: "a:=1|=2|=3"),
        new("both edit a file differently deep below", "a/b/c=1", "a/b/c=2", "a/b/c=3", Conflicts: "a/b/c:=1|=2|=3"),
        new("the mount edits what the origin deletes", "a=1", "a=2", "", Conflicts: "a:=1|=2|-"),
        new("the mount deletes what the origin edits", "a=1", "", "a=2", Conflicts: "a:=1|-|=2"),
        new("both add a file differently", "", "a=1", "a=2", Conflicts: "a:-|=1|=2"),
        new("both add a file, one of them executable", "", "a=1", "a*=1", Conflicts: "a:-|=1|*=1"),
        new("the mount adds a file where the origin adds a directory", "", "a=1", "a/b=2", Conflicts: "a:-|=1|/"),
        new("the mount adds a link where the origin adds a file", "", "a->b", "a=2", Conflicts: "a:-|->b|=2"),
        new("the mount adds a link where the origin adds an empty directory", "", "a->b", "a/", Conflicts: "a:-|->b|/"),
        new("both add a link differently", "", "a->b", "a->c", Conflicts: "a:-|->b|->c"),
        new("the mount makes executable what the origin edits", "a=1", "a*=1", "a=2", Conflicts: "a:=1|*=1|=2"),
        new("the mount makes executable what the origin deletes", "a=1", "a*=1", "", Conflicts: "a:=1|*=1|-"),
        new("both point a link differently", "a->b", "a->c", "a->d", Conflicts: "a:->b|->c|->d"),
        new("the mount points a link elsewhere that the origin deletes", "a->b", "a->c", "", Conflicts: "a:->b|->c|-"),
        new("the mount makes a directory of what the origin edits", "a=1", "a/b=2", "a=3", Conflicts: "a:=1|/|=3"),
        new("the mount makes a directory of what the origin deletes", "a=1", "a/b=2", "", Conflicts: "a:=1|/|-"),
        new("the mount makes a link of what the origin makes a directory of", "a=1", "a->b", "a/b=2", Conflicts: "a:=1|->b|/"),
        new("the mount renames what the origin edits", "a=1", "b=1", "a=2", ToOrigin: "+b=1", Conflicts: "a:=1|-|=2"),
        new("both rename a file, differently", "a=1", "b=1", "c=1", ToLocal: "+c=1", ToOrigin: "+b=1"),
        new("a conflict beside changes of each side", "a=1 b=1 c=1", "a=2 b=2 c=1", "a=3 b=1 c=2", ToLocal: "~c=2", ToOrigin: "~b=2", Conflicts: "a:=1|=2|=3"),
        new("both add a directory with a file that differs", "", "a/b=1 a/c=1", "a/b=2", ToOrigin: "+a/c=1", Conflicts: "a/b:-|=1|=2"),
        new("both make a directory of a file, with a file that differs", "a=1", "a/b=1", "a/b=2", Conflicts: "a/b:-|=1|=2"),
    ];

    private static readonly ReconcileCase[] DirectoryConflicts =
    [
        new("the mount makes a file, the origin a link, of a directory", "a/b=1", "a=2", "a->c", Conflicts: "a:/|=2|->c"),
        new("the mount makes a file of a directory that the origin removes", "a/b=1", "a=2", "", Conflicts: "a:/|=2|-"),
        new("both make files of a directory, differently", "a/b=1", "a=2", "a=3", Conflicts: "a:/|=2|=3"),
        new("the mount removes a directory into which the origin puts a file", "a/b=1", "", "a/b=1 a/c=2", ToOrigin: "-a/b", Conflicts: "a/c:-|-|=2"),
        new("the origin removes a directory into which the mount puts a file", "a/b=1", "a/b=1 a/c=2", "", ToLocal: "-a/b", Conflicts: "a/c:-|=2|-"),
        new("the mount removes an empty directory into which the origin puts a file", "a/", "", "a/c=2", Conflicts: "a/c:-|-|=2"),
        new("the mount removes a directory into which the origin puts an empty directory", "a/b=1", "", "a/b=1 a/c/", ToOrigin: "-a/b", Conflicts: "a/c:-|-|/"),
        new("the mount removes a directory into which the origin puts a directory with files", "a/b=1", "", "a/b=1 a/c/d=2", ToOrigin: "-a/b", Conflicts: "a/c:-|-|/ a/c/d:-|-|=2"),
        new("the mount removes a directory into which the origin puts a file far below", "a/b/c/d=1 a/e=1", "", "a/b/c/d=1 a/b/c/f=2 a/e=1", ToOrigin: "-a/b/c/d -a/e", Conflicts: "a/b/c/f:-|-|=2"),
        new("the origin removes a directory into which the mount puts a file far below", "a/b/c/d=1 a/e=1", "a/b/c/d=1 a/b/c/f=2 a/e=1", "", ToLocal: "-a/b/c/d -a/e", Conflicts: "a/b/c/f:-|=2|-"),
        new("a directory beside the one that keeps something goes with the rest", "a/b/c=1 a/d/e=1", "", "a/b/c=1 a/b/x=2 a/d/e=1", ToOrigin: "-a/b/c -a/d -a/d/e", Conflicts: "a/b/x:-|-|=2"),
        new("the mount removes a directory in which the origin edits a file", "a/b=1 a/c=1", "", "a/b=2 a/c=1", ToOrigin: "-a/c", Conflicts: "a/b:=1|-|=2"),
        new("the mount removes a directory in which the origin makes a file executable", "a/b=1", "", "a/b*=1", Conflicts: "a/b:=1|-|*=1"),
        new("the mount removes a directory in which the origin points a link elsewhere", "a/b->c", "", "a/b->d", Conflicts: "a/b:->c|-|->d"),
        new("the mount removes a directory in which the origin makes a directory of a file", "a/b=1", "", "a/b/c=2", Conflicts: "a/b:=1|-|/"),
        new("the mount removes a directory in which the origin makes a file of a directory", "a/b/c=1", "", "a/b=2", Conflicts: "a/b:/|-|=2"),
        new("the mount removes a directory in which the origin edits one file and adds another", "a/b=1 a/c=1", "", "a/b=2 a/c=1 a/d=3", ToOrigin: "-a/c", Conflicts: "a/b:=1|-|=2 a/d:-|-|=3"),
        new("the mount removes a directory from which the origin deletes a file", "a/b=1 a/c=1", "", "a/c=1", ToOrigin: "-a -a/c"),
        new("the mount removes a directory in which the origin renames a file", "a/b=1", "", "a/c=1", Conflicts: "a/c:-|-|=1"),
        new("the mount renames a directory into which the origin puts a file", "a/b=1", "x/b=1", "a/b=1 a/c=2", ToOrigin: "-a/b +x/ +x/b=1", Conflicts: "a/c:-|-|=2"),
        new("the mount makes a file of a directory into which the origin puts a file", "a/b=1", "a=3", "a/b=1 a/c=2", Conflicts: "a:/|=3|/ a/c:-|-|=2"),
        new("the origin makes a file of a directory into which the mount puts a file", "a/b=1", "a/b=1 a/c=2", "a=3", Conflicts: "a:/|/|=3 a/c:-|=2|-"),
        new("the mount makes a link of a directory in which the origin edits a file", "a/b=1 a/c=1", "a->x", "a/b=2 a/c=1", Conflicts: "a:/|->x|/ a/b:=1|-|=2"),
        new("the mount makes a file of a directory into which the origin puts a file far below", "a/b/c=1 a/d/e=1", "a=3", "a/b/c=1 a/b/x=2 a/d/e=1", Conflicts: "a:/|=3|/ a/b/x:-|-|=2"),
        new("the mount makes a file of a directory from which the origin deletes a file", "a/b=1 a/c=1", "a=3", "a/c=1", ToOrigin: "!a=3 -a/c"),
        new("a removed directory keeps something while its neighbour changes type", "a/b=1 c/d=1", "c=2", "a/b=1 a/x=2 c/d=1", ToOrigin: "-a/b !c=2 -c/d", Conflicts: "a/x:-|-|=2"),
    ];

    private static readonly ReconcileCase[] Unknowns =
    [
        new("the mount cannot read a file", "a=1", "a?", "a=1", Unknown: "a"),
        new("the origin cannot read a file", "a=1", "a=1", "a?", Unknown: "a"),
        new("neither can read a file", "a=1", "a?", "a?"),
        new("the mount cannot read what the origin edits", "a=1", "a?", "a=2", Unknown: "a"),
        new("the mount cannot read what the origin deletes", "a=1", "a?", "", Unknown: "a"),
        new("the mount cannot read what the origin adds", "", "a?", "a=1", Unknown: "a"),
        new("the mount has something new that it cannot read", "", "a?", "", Unknown: "a"),
        new("the mount cannot read what the origin makes a directory of", "a=1", "a?", "a/b=1", Unknown: "a"),
        new("an unreadable directory hides its content and deletes nothing", "a/b=1 a/c/d=1", "a?", "a/b=1 a/c/d=1", Unknown: "a"),
        new("an unreadable directory hides its content whatever the origin does in it", "a/b=1 a/c=1", "a?", "a/b=2 a/d=1", Unknown: "a"),
        new("an unreadable directory that the origin removes stays", "a/b=1", "a?", "", Unknown: "a"),
        new("the mount removes a directory in which the origin cannot read a file", "a/b=1 a/c=1", "", "a/b? a/c=1", ToOrigin: "-a/c", Unknown: "a/b"),
        new("the origin removes a directory in which the mount cannot read a file", "a/b=1 a/c=1", "a/b? a/c=1", "", ToLocal: "-a/c", Unknown: "a/b"),
        new("the mount removes a directory in which the origin cannot read something new", "a/c=1", "", "a/b? a/c=1", ToOrigin: "-a/c", Unknown: "a/b"),
        new("the mount removes a directory in which the origin cannot read a file far below", "a/b/c/d=1 a/e/f=1", "", "a/b/c/d? a/e/f=1", ToOrigin: "-a/e -a/e/f", Unknown: "a/b/c/d"),
        new("the mount makes a file of a directory in which the origin cannot read a file", "a/b=1 a/c=1", "a=2", "a/b? a/c=1", Conflicts: "a:/|=2|/", Unknown: "a/b"),
        new("the mount makes a directory with something unreadable of a file", "a=1", "a/b? a/c=1", "a=1", ToOrigin: "!a/ +a/c=1", Unknown: "a/b"),
        new("the mount adds a directory with something unreadable", "", "a/b? a/c=1", "", ToOrigin: "+a/ +a/c=1", Unknown: "a/b"),
        new("what lies beside something unreadable flows", "a=1 b=1 c=1", "a? b=2 c=1", "a=1 b=1 c=2", ToLocal: "~c=2", ToOrigin: "~b=2", Unknown: "a"),
        new("each side cannot read a file of its own", "a=1 b=1", "a? b=1", "a=1 b?", Unknown: "a b"),
        new("neither can read a file in a directory that changes", "a/b=1 a/c=1", "a/b? a/c=2", "a/b? a/c=1", ToOrigin: "~a/c=2"),
        new("only the baseline has something unknown and both sides agree", "a?", "a=1", "a=1"),
        new("only the baseline has something unknown and both sides lack it", "a?", "", ""),
        new("only the baseline has something unknown and the sides differ", "a?", "a=1", "a=2", Conflicts: "a:?|=1|=2"),
        new("only the baseline has something unknown and one side lacks it", "a?", "", "a=2", Conflicts: "a:?|-|=2"),
        new("only the baseline has something unknown in a directory that one side removed", "a/b? a/c=1", "", "a/b=1 a/c=1", ToOrigin: "-a/c", Conflicts: "a/b:?|-|=1"),
        new("only the baseline has something unknown where both sides have directories", "a?", "a/b=1", "a/c=1", ToLocal: "+a/c=1", ToOrigin: "+a/b=1"),
    ];

    /// <summary>All cases.</summary>
    public static IReadOnlyDictionary<string, ReconcileCase> All { get; } =
        new[] { Unchanged, OneSide, OneSideChangesType, Agreed, BothWays, FileConflicts, DirectoryConflicts, Unknowns }
            .SelectMany(cases => cases).ToDictionary(one => one.Name);
}
