import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { openLocalTransport } from '../../../electron/transport/local/local-transport'
import type { Transport } from '../../../electron/transport/transport'
import { busyboxFolder, withTools, type ToolFolder } from './other-tools'

/** This machine as hosts with other tools and shells, and what removes their folders again. */
export interface ToolHosts {
  readonly all: readonly (readonly [name: string, transport: Transport])[]
  remove(): void
}

const gnu = [
  'cmp',
  'cp',
  'dd',
  'find',
  'getfattr',
  'printf',
  'readlink',
  'sha256sum',
  'stat',
  'tar',
  'timeout',
  'xargs',
]

export function toolHosts(): ToolHosts {
  const local = openLocalTransport()
  const [withBash, busybox] = [busyboxFolder(gnu), busyboxFolder(['getfattr'])]
  rmSync(join(withBash.path, 'sh'))
  symlinkSync('/bin/bash', join(withBash.path, 'sh'))
  const folders: readonly ToolFolder[] = [withBash, busybox]
  return {
    all: [
      ['GNU tools and the own shell', local],
      ['GNU tools and bash', withTools(local, withBash)],
      ["busybox's tools and shell", withTools(local, busybox)],
    ],
    remove() {
      for (const folder of folders) folder.remove()
    },
  }
}
