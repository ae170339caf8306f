import { cpus, release, totalmem } from 'node:os'
import { runCommand } from '../engines/run-command'
import type { Timing } from './measure'

/** One promise about speed and what was measured. */
export interface Figure {
  readonly what: string
  readonly lamina: Timing
  /** Milliseconds where absent. */
  readonly unit?: 'ms' | 'MB' | 'ms of CPU'
  /** What it is held against, where the promise is a ratio. */
  readonly other?: { readonly what: string; readonly timing: Timing }
  readonly promise: string
  readonly kept: boolean
}

/** The figures as a Markdown page: what machine, when, and a table. */
export function reportOf(figures: readonly Figure[], machine: string, day: string): string {
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench`. Each ratio comes from one run, in which both sides were measured in turn on the same private engine.',
    'Times are medians with the fastest and the slowest run; absolute times depend on the machine, ratios hardly.',
    '',
    `Measured ${day} on ${machine}.`,
    '',
    '| what | Lamina | held against | ratio | promise | kept |',
    '| --- | --- | --- | --- | --- | --- |',
    ...figures.map(rowOf),
    '',
  ].join('\n')
}

/** The machine's kind: cores, memory, kernel, file system of the engine's data. No names. */
export async function machineKind(dataRoot: string, engineVersion: string): Promise<string> {
  const { stdout } = await runCommand('df', ['--output=fstype', dataRoot])
  const kernel = release().split('-')[0] ?? ''
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} cores, ${memory} GiB, Linux ${kernel}, ${stdout.split('\n')[1] ?? ''}, Docker ${engineVersion}, Node ${process.versions.node}`
}

function rowOf({ what, lamina, unit, other, promise, kept }: Figure): string {
  const against = other === undefined ? '' : `${other.what}: ${timeText(other.timing)}`
  const ratio = other === undefined ? '' : `${(other.timing.median / lamina.median).toPrecision(3)} ×`
  return `| ${[what, timeText(lamina, unit), against, ratio, promise, kept ? 'yes' : '**no**'].join(' | ')} |`
}

function timeText({ median, fastest, slowest, runs }: Timing, unit = 'ms'): string {
  if (runs === 1) return `${milliseconds(median)} ${unit}`
  return `${milliseconds(median)} ${unit} (${milliseconds(fastest)}–${milliseconds(slowest)}, ${runs} runs)`
}

function milliseconds(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0)
}
