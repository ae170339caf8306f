import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PrivateDocker } from '../../engines/docker/private-docker'

const filesInFolder = 1000
/** Files of folder N are N bytes long, all of them holes, so that nothing has to be written to the disk. */
const makeFolders = `
cd "$1" && for folder in $(seq "$2" "$3"); do
  mkdir "$folder" && cd "$folder" && seq -f "file-$folder%03g.txt" 0 "$4" | xargs truncate -s "$folder" && cd .. || exit 1
done`

/** New files that can be the changes of one container after another: folders are renamed, which costs nothing. */
export interface MovableChanges {
  /** Runs work while a container that never ran has this many new files. */
  within<Value>(container: string, files: number, work: () => Promise<Value>): Promise<Value>
}

/** Makes `folders` folders of 1000 files and one of 10, beside the engine's data and so on its file system; they go with the engine. */
export async function movableChanges(engine: PrivateDocker, folders: number): Promise<MovableChanges> {
  const store = join(engine.folder, 'movable')
  await mkdir(join(store, 'ten'), { recursive: true })
  const half = Math.floor(folders / 2)
  await Promise.all([
    fill(store, 1, half, filesInFolder - 1),
    fill(store, half + 1, folders, filesInFolder - 1),
    fill(join(store, 'ten'), 1, 1, 9),
  ])
  return {
    async within(container, files, work) {
      const { stdout } = await engine.docker([
        ...['inspect', '--format', '{{.GraphDriver.Data.UpperDir}}', container],
      ])
      const target = join(stdout.trim(), 'new')
      await mkdir(target)
      const moved = files === 10 ? ['ten/1'] : numbers(files / filesInFolder)
      for (const folder of moved) await rename(join(store, folder), join(target, folder.replace('ten/', '')))
      try {
        return await work()
      } finally {
        for (const folder of moved)
          await rename(join(target, folder.replace('ten/', '')), join(store, folder))
        await rm(target, { recursive: true })
      }
    },
  }
}

async function fill(folder: string, first: number, last: number, lastFile: number): Promise<void> {
  const args = ['-c', makeFolders, 'sh', folder, `${first}`, `${last}`, `${lastFile}`]
  const [status] = (await once(spawn('sh', args, { stdio: 'inherit' }), 'exit')) as [number | null]
  if (status !== 0) throw new Error(`Files could not be made in ${folder}`)
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index + 1}`)
}
