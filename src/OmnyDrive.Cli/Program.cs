using System.Runtime.InteropServices;
using OmnyDrive.Cli;
using OmnyDrive.Cli.Native;

EmbeddedSqlite.Register();

using var interrupted = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
return await OmnydriveCli.RunAsync(args, cancellation: interrupted.Token);

// The first signal ends the command in order; a second one ends the process at once.
void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = !interrupted.IsCancellationRequested;
    interrupted.Cancel();
}
