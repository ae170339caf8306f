import { describe, expect, it } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { aspectBit, type Change } from '../../../../electron/core/changes/change'
import { runtimePaths } from '../../../../electron/core/changes/runtime-paths'
import { aChange } from '../../../builders/changes/change'

const isRuntime = runtimePaths({
  mountPoints: ['/var/lib/data', '/etc/app.conf', '/etc/hosts', '/dev', '/deep/er/place'].map(bytePath),
  workingDirectories: [bytePath('/new/work')],
  isOwner: (uid, gid) => uid === 1000 && gid === 1000,
  links: new Map([[bytePath('/etc/mtab'), '/proc/mounts']]),
  files: new Map([[bytePath('/etc/group'), 27]]),
})

const aDirectory = (path: string, facts: Partial<Change> = {}) =>
  aChange({ type: 'directory', mode: 0o755, ...facts, path })

describe("what is the engine's own", () => {
  it.each([
    ['the place of a file that is mounted', aChange({ path: '/etc/hosts', size: 0, mode: 0o700 })],
    ['the place of a directory that is mounted', aDirectory('/var/lib/data')],
    [
      'what the engine copied up there as it is',
      aChange({ path: '/etc/hosts', kind: 'modified', aspects: 0 }),
    ],
    ['a directory above a place', aDirectory('/deep/er')],
    ['a directory above a place as crun makes it', aDirectory('/deep', { mode: 0o1755 })],
    ['a working directory', aDirectory('/new/work')],
    ["a working directory of the container's user", aDirectory('/new/work', { uid: 1000, gid: 1000 })],
    ['a directory above a working directory', aDirectory('/new')],
    ['a link', aChange({ path: '/etc/mtab', type: 'symlink', size: 12, linkTarget: '/proc/mounts' })],
    ['a file that the engine alone wrote to', aChange({ path: '/etc/group', kind: 'modified', size: 27 })],
    ['a place of which the lens tells nothing', aChange({ path: '/etc/hosts', type: 'unknown' })],
  ])('%s', (_, change) => {
    expect(isRuntime(change)).toBe(true)
  })
})

describe("what is somebody's", () => {
  it.each([
    ['content in the place of a mount', aChange({ path: '/etc/hosts', size: 20 })],
    ['another time there', aChange({ path: '/etc/hosts', kind: 'modified', aspects: aspectBit('time') })],
    ['a place that was deleted', aChange({ path: '/etc/hosts', kind: 'deleted', size: 0 })],
    ['a link in the place of a mount', aChange({ path: '/var/lib/data', type: 'symlink', linkTarget: '/x' })],
    ['a directory above a place with another mode', aDirectory('/deep', { mode: 0o700 })],
    ['a directory above a place with another owner', aDirectory('/deep', { uid: 1000 })],
    ['a directory above a place with another group', aDirectory('/deep', { uid: 0, gid: 5 })],
    ['a working directory with another owner', aDirectory('/new/work', { uid: 5 })],
    ['a file in the place of a directory above', aChange({ path: '/deep', size: 0 })],
    ['a directory above that was modified', aDirectory('/deep', { kind: 'modified' })],
    ['a link that leads elsewhere', aChange({ path: '/etc/mtab', type: 'symlink', linkTarget: '/etc/x' })],
    ['a file that was written to since', aChange({ path: '/etc/group', kind: 'modified', size: 28 })],
    ['what is below a place', aDirectory('/var/lib/data/below')],
    ['what lies beside a place', aChange({ path: '/etc/hosts.allow', size: 0 })],
    ['what another engine makes', aChange({ path: '/run/.containerenv', size: 0 })],
    ['what is below a mount of the kernel', aChange({ path: '/dev/leftover', size: 0 })],
  ])('%s', (_, change) => {
    expect(isRuntime(change)).toBe(false)
  })
})
