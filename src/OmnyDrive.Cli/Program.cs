using System.Runtime.InteropServices;
using OmnyDrive.Cli;
using OmnyDrive.Cli.Native;

EmbeddedSqlite.Register();

using var interrupted = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
// Console.Out makes a call to the system of every 256 characters, and a result may have millions.
using var results = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput(), Console.OutputEncoding, 32 << 10) { AutoFlush = true });
return await OmnydriveCli.RunAsync(args, CliEnvironment.OfProcess() with { Out = results }, interrupted.Token);

// The first signal ends the command in order; a second one ends the process at once.
void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = !interrupted.IsCancellationRequested;
    interrupted.Cancel();
}
