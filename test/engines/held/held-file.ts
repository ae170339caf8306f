import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A file that whoever opens it has to wait for. */
export interface HeldFile {
  /** Resolves when somebody waits for it. */
  readonly wanted: Promise<void>
  /** Lets everybody have it. */
  release(): Promise<void>
}

// F_SETLEASE with F_WRLCK (fcntl(2)): an open by anybody else sends SIGIO to this process and waits until it has ended.
const holding = `
$| = 1;
$SIG{IO} = sub { print "wanted\\n" };
open(my $file, "+<", $ARGV[0]) or die "$ARGV[0]: $!";
fcntl($file, 1024, 1) or die "no lease of $ARGV[0]: $!";
print "held\\n";
1 while <STDIN>;
`

/**
 * Holds a file, so that what reads it stands still in the middle for as long as a test wants, however fast the machine is. The kernel
 * itself lets go after /proc/sys/fs/lease-break-time (45 seconds). It must not be open, and not be seen through an overlay.
 */
export async function holdFile(path: string): Promise<HeldFile> {
  const holder = spawn('perl', ['-e', holding, path], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(holder, 'exit')
  const lines = createInterface({ input: holder.stdout })
  const said = (word: string) =>
    new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        if (line === word) resolve()
      })
    })
  const wanted = said('wanted')
  await Promise.race([
    said('held'),
    exited.then(() => Promise.reject(new Error(`${path} could not be held`))),
  ])
  return {
    wanted,
    async release() {
      holder.stdin.end()
      await exited
    },
  }
}
