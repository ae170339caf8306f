import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Test files that take long, the slowest first: a worker that began one of them last would leave the other idle. The
 * first run on a fresh clone knows no durations.
 */
export const slowFiles: readonly string[] = [
  'test/integration/undo/undo.test.ts',
  'test/e2e/hosts/remote-hosts.test.ts',
  'test/integration/ssh/login/link.test.ts',
  'test/matrix/podman-5.test.ts',
  'test/matrix/docker-26-containerd.test.ts',
  'test/matrix/podman-4.test.ts',
  'test/e2e/main-job.test.ts',
  'test/integration/ssh/lost-snapshots.test.ts',
  'test/integration/undo/elsewhere.test.ts',
  'test/integration/command-line.test.ts',
  'test/integration/ssh/command-line.test.ts',
  'test/integration/content/read.test.ts',
  'test/integration/lenses/random.test.ts',
  'test/integration/undo/obstacles.test.ts',
  'test/integration/ssh/login/authentication.test.ts',
  'test/integration/snapshots/snapshots.test.ts',
  'test/matrix/docker-26-vfs.test.ts',
  'test/integration/ssh/lost-listings.test.ts',
  'test/matrix/docker-26.test.ts',
  'test/integration/engines/several.test.ts',
  'test/unit/hostfs/content/open-path.test.ts',
]

/** vitest's option for a random order of files. */
export const shuffleFiles = '--sequence.shuffle.files'

/** Begins with the slow files and leaves the others in vitest's order. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = (file: TestSpecification) => {
      const at = slowFiles.indexOf(relative(this.ctx.config.root, file.moduleId))
      return at === -1 ? slowFiles.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}
