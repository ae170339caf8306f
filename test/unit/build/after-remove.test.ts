import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { repository } from '../../../build/running/launch-arguments'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lamina-after-remove-'))
  for (const folder of ['commands', 'usr/bin', 'etc/apparmor.d'])
    mkdirSync(join(root, folder), { recursive: true })
  symlinkSync('/bin/rm', join(root, 'commands', 'rm'))
  for (const file of [link(), profile()]) writeFileSync(file, '')
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

const link = () => join(root, 'usr/bin/lamina')
const profile = () => join(root, 'etc/apparmor.d/lamina')
const said = () => (existsSync(join(root, 'said')) ? readFileSync(join(root, 'said'), 'utf8') : '')

/** Puts a command on the script's PATH, which has no others beside rm, and notes with what it is called. */
function command(name: string): void {
  const script = `#!/bin/sh\necho "${name} $*" >> '${join(root, 'said')}'\n`
  writeFileSync(join(root, 'commands', name), script, { mode: 0o755 })
}

/** Runs the script as a package of electron-builder has it, below another root. */
function afterRemove(shell: string, ...words: readonly string[]): number | null {
  const template = readFileSync(join(repository, 'build/linux/after-remove.tpl'), 'utf8')
  const script = template
    .replaceAll('${executable}', 'lamina')
    .replaceAll('${sanitizedProductName}', 'Lamina (development)')
    .replaceAll(/(['\s])\/(usr\/bin|etc)\//g, `$1${root}/$2/`)
  writeFileSync(join(root, 'script'), script)
  return spawnSync(shell, [join(root, 'script'), ...words], { env: { PATH: join(root, 'commands') } }).status
}

// rpm runs it with /bin/sh, dpkg by its first line.
describe.each(['/bin/sh', '/bin/bash'])('What a package does after it is removed, in %s', (shell) => {
  // Debian Policy 6.5, "postrm"; rpm counts the versions that are left.
  test.each([
    ['upgrade', '0.2.0'],
    ['failed-upgrade', '0.1.0'],
    ['abort-install', '0.1.0'],
    ['abort-upgrade', '0.1.0'],
    ['disappear', 'another', '0.2.0'],
    ['1'],
    ['2'],
  ])('takes nothing away when it is run for %s', (...words) => {
    command('update-alternatives')
    expect(afterRemove(shell, ...words)).toBe(0)
    expect(said()).toBe('')
    expect(existsSync(profile())).toBe(true)
  })

  test.each(['remove', 'purge', '0'])('takes the command and the profile away for %s', (word) => {
    for (const name of ['update-alternatives', 'apparmor_status', 'apparmor_parser']) command(name)
    expect(afterRemove(shell, word)).toBe(0)
    expect(said()).toBe(
      'update-alternatives --remove lamina /opt/Lamina (development)/lamina\n' +
        `apparmor_status --enabled\napparmor_parser --remove ${profile()}\n`,
    )
    expect(existsSync(profile())).toBe(false)
  })

  test('takes the link itself where there are no alternatives', () => {
    expect(afterRemove(shell, '0')).toBe(0)
    expect(existsSync(link())).toBe(false)
    expect(existsSync(profile())).toBe(false)
  })
})
