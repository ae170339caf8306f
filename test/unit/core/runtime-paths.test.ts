import { describe, expect, it } from 'vitest'
import { bytePath } from '../../../electron/core/byte-path'
import { runtimePaths } from '../../../electron/core/runtime-paths'
import { aChange } from '../../builders/change'

const isRuntime = runtimePaths([bytePath('/var/lib/data'), bytePath('/etc/app.conf')])

describe('what the engine makes for every container', () => {
  it.each([
    aChange({ path: '/etc/hosts', size: 0 }),
    aChange({ path: '/etc/mtab', type: 'symlink', size: 12, linkTarget: '/proc/mounts' }),
    aChange({ path: '/.dockerenv', size: 0 }),
    aChange({ path: '/run/.containerenv', size: 0 }),
    aChange({ path: '/dev', type: 'directory', kind: 'modified' }),
    aChange({ path: '/dev/console', size: 0 }),
    aChange({ path: '/dev/shm', type: 'directory' }),
    aChange({ path: '/proc', type: 'directory' }),
    aChange({ path: '/sys', type: 'directory' }),
  ])('is $path', (change) => {
    expect(isRuntime(change)).toBe(true)
  })

  it('is an empty place of a mount', () => {
    expect(isRuntime(aChange({ path: '/var/lib/data', type: 'directory' }))).toBe(true)
    expect(isRuntime(aChange({ path: '/etc/app.conf', size: 0 }))).toBe(true)
  })

  it('is told by the place alone where the lens tells no sizes', () => {
    expect(isRuntime(aChange({ path: '/etc/hosts', type: 'unknown' }))).toBe(true)
  })

  it.each([
    aChange({ path: '/etc/hosts', size: 20 }),
    aChange({ path: '/etc/hosts', size: 0, kind: 'modified' }),
    aChange({ path: '/etc/hosts', size: 0, kind: 'deleted' }),
    aChange({ path: '/dev/leftover', size: 5 }),
    aChange({ path: '/dev', type: 'directory', kind: 'deleted' }),
    aChange({ path: '/device', type: 'directory' }),
    aChange({ path: '/var/lib', type: 'directory' }),
    aChange({ path: '/var/lib/data/below', type: 'directory' }),
    aChange({ path: '/etc/app.conf', size: 1 }),
    aChange({ path: '/etc/hosts.allow', size: 0 }),
  ])('is not $path that is $kind with $size bytes', (change) => {
    expect(isRuntime(change)).toBe(false)
  })
})
