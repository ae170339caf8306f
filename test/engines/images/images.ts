import { chmod, copyFile, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { DockerCli } from '../docker/docker-cli'
import { tarOf, withTemporaryFolder, writeFiles, type Files } from '../files'
import { manyFilesTar } from './many-files-tar'
import { runCommand } from '../run-command'

/**
 * Makes an image of one layer: busybox (Debian's static one) with all its commands in /bin, and these files. Instructions of a Dockerfile say
 * what else it asks for.
 */
export async function importImage(
  docker: DockerCli,
  reference: string,
  files: Files = {},
  instructions: readonly string[] = [],
): Promise<void> {
  await withTemporaryFolder(async (root) => {
    await writeBusybox(root)
    await writeFiles(root, files)
    // With vfs the root is as it is in the archive; whoever an image asks for has to get in.
    await chmod(root, 0o755)
    const changes = ['CMD ["sh"]', ...instructions].flatMap((one) => ['--change', one])
    await docker(['import', ...changes, '-', reference], { input: await tarOf(root) })
  })
}

/** Builds a Dockerfile with the classic builder, without network. `context` are the files COPY can name. */
export async function buildImage(
  docker: DockerCli,
  reference: string,
  dockerfile: string | readonly string[],
  context: Files = {},
): Promise<void> {
  const text = typeof dockerfile === 'string' ? dockerfile : dockerfile.join('\n')
  await withTemporaryFolder(async (root) => {
    await writeFiles(root, { ...context, Dockerfile: text })
    const args = ['build', '--network', 'none', '--no-cache', '--force-rm', '--tag', reference, '-']
    await docker(args, { input: await tarOf(root) })
  })
}

/** Builds an image with one layer on top of `base` for each shell script. */
export async function buildLayers(
  docker: DockerCli,
  reference: string,
  base: string,
  scripts: readonly string[],
): Promise<void> {
  // The JSON form: a script may hold newlines, quotes and dollars that the Dockerfile must not read.
  const steps = scripts.map((script) => `RUN ${JSON.stringify(['sh', '-euc', script])}`)
  await buildImage(docker, reference, [`FROM ${base}`, ...steps])
}

/** Makes an image with exactly `count` layers (at least 1), each of which adds one file /layers/NUMBER. */
export async function manyLayersImage(docker: DockerCli, reference: string, count: number): Promise<void> {
  const base = `${reference}-base`
  await importImage(docker, base)
  const numbers = Array.from({ length: count - 1 }, (_, index) => index + 2)
  const files = Object.fromEntries(numbers.map((number) => [`layers/${number}`, `layer ${number}\n`]))
  const steps = numbers.map((number) => `COPY layers/${number} /layers/${number}`)
  await buildImage(docker, reference, [`FROM ${base}`, ...steps], files)
  await docker(['rmi', '--no-prune', base])
}

/** Makes an image of one layer: busybox, and `count` small files in folders of 1000 below /data. */
export async function wideImage(docker: DockerCli, reference: string, count: number): Promise<void> {
  await withTemporaryFolder(async (root) => {
    await writeBusybox(root)
    // Only the last part of a tar may have the zeros that end it.
    const busybox = withoutEnd(await tarOf(root))
    const input = Buffer.concat([busybox, manyFilesTar('data', count)])
    await docker(['import', '--change', 'CMD ["sh"]', '-', reference], { input })
  })
}

/** A shell script that makes `count` small files in folders of 1000 below `root`, fast: one process per folder. */
export function manyFilesScript(root: string, count: number): string {
  const folders = Math.ceil(count / 1000)
  return [
    'folder=0',
    `while [ $folder -lt ${folders} ]; do`,
    `  mkdir -p ${root}/$folder && cd ${root}/$folder`,
    `  last=$(( folder * 1000 + 1000 < ${count} ? 1000 : ${count} - folder * 1000 ))`,
    '  file=0',
    '  while [ $file -lt $last ]; do echo "file $folder $file" > $file.txt; file=$((file + 1)); done',
    '  folder=$((folder + 1))',
    'done',
  ].join('\n')
}

/** Puts busybox with all its commands into /bin of a root folder. */
export async function writeBusybox(root: string): Promise<void> {
  await mkdir(join(root, 'bin'), { recursive: true })
  await mkdir(join(root, 'tmp'), { recursive: true })
  const busybox = (await runCommand('sh', ['-c', 'command -v busybox'])).stdout.trim()
  await copyFile(busybox, join(root, 'bin/busybox'))
  const applets = (await runCommand(busybox, ['--list'])).stdout.split('\n')
  for (const applet of applets.filter((name) => name !== '' && name !== 'busybox')) {
    await symlink('busybox', join(root, 'bin', applet))
  }
}

function withoutEnd(tar: Buffer): Buffer {
  let end = tar.length
  while (end >= 512 && tar.subarray(end - 512, end).every((byte) => byte === 0)) end -= 512
  return tar.subarray(0, end)
}
