import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Transport } from '../../../electron/transport/transport'

/** A folder for PATH with nothing in it but busybox's tools and some others by name. */
export interface ToolFolder {
  readonly path: string
  remove(): void
}

/** Links every applet of busybox, and in place of some of them this machine's own tools; `without` leaves some out. */
export function busyboxFolder(own: readonly string[], without: readonly string[] = []): ToolFolder {
  const path = mkdtempSync(join(tmpdir(), 'lamina-tools-'))
  const applets = execFileSync('busybox', ['--list'], { encoding: 'utf8' }).trim().split('\n')
  const ownTools = new Set(own)
  const busybox = whereIs('busybox')
  for (const applet of applets)
    if (!ownTools.has(applet) && !without.includes(applet)) symlinkSync(busybox, join(path, applet))
  for (const tool of own) symlinkSync(whereIs(tool), join(path, tool))
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true })
    },
  }
}

function whereIs(tool: string): string {
  return execFileSync('/bin/sh', ['-c', 'command -v "$0"', tool], { encoding: 'utf8' }).trim()
}

/** A transport to the same host, whose commands find the tools of a folder and no others, and run in its shell. */
export function withTools(transport: Transport, tools: ToolFolder): Transport {
  return {
    open: (ask, signal) => transport.open(ask, signal),
    openStream: (socketPath, signal) => transport.openStream(socketPath, signal),
    run: (command, signal) =>
      transport.run({ ...command, script: inFolder(command.script, tools.path) }, signal),
    close: () => transport.close(),
  }
}

function inFolder(script: string, folder: string): string {
  return `PATH=${folder}; export PATH; exec ${folder}/sh -c '${script.replaceAll("'", `'"'"'`)}'`
}
