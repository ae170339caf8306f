import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withTemporaryFolder } from '../../engines/files'
import { runCommand } from '../../engines/run-command'

/** How many lines of either text GNU diff marks, as few as it can find. */
export interface MarkedLines {
  readonly lower: number
  readonly upper: number
}

export async function gnuDiff(lower: string, upper: string): Promise<MarkedLines> {
  return await withTemporaryFolder(async (folder) => {
    const [one, other] = [join(folder, 'lower'), join(folder, 'upper')]
    await writeFile(one, lower)
    await writeFile(other, upper)
    const { stdout } = await runCommand('diff', ['--minimal', '--text', one, other], { mayFail: true })
    const beginningWith = (mark: string) => stdout.split('\n').filter((line) => line.startsWith(mark)).length
    return { lower: beginningWith('< '), upper: beginningWith('> ') }
  })
}
