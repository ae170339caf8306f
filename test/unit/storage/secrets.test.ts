import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StorageNotice } from '../../../electron/storage/files/storage-notices'
import { SecretsFile, secretsOfHost, type SystemCipher } from '../../../electron/storage/secrets'

let folder: string
const file = () => join(folder, 'secrets.json')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-secrets-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Stands for the system's keyring, which no test machine has. */
function keyring(backend: string | undefined, key = 7): SystemCipher {
  const turned = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ key))
  return {
    backend: () => backend,
    encrypt: (text) => turned(Buffer.from(`${String(key)}:${text}`)),
    decrypt(bytes) {
      const text = turned(bytes).toString()
      if (!text.startsWith(`${String(key)}:`)) throw new Error('another key')
      return text.slice(text.indexOf(':') + 1)
    },
  }
}

const id = `${secretsOfHost('ssh://build')}password root@build`

describe('stored secrets', () => {
  it('come back, and do not stand in the file', async () => {
    await new SecretsFile(folder, keyring('gnome_libsecret')).set(id, 'open sesame')
    expect(await new SecretsFile(folder, keyring('gnome_libsecret')).get(id)).toBe('open sesame')
    expect(readFileSync(file(), 'utf8')).not.toContain('sesame')
    expect(readFileSync(file(), 'utf8')).toContain('gnome_libsecret')
  })

  it('come back to a host whose address is spelt otherwise by now', async () => {
    const secrets = new SecretsFile(folder, keyring('kwallet5'))
    await secrets.set(`${secretsOfHost('ssh://a+b@web')}password a+b@web`, 'open sesame')
    const today = secretsOfHost('ssh://a%2Bb@web')
    expect(await secrets.get(`${today}password a+b@web`)).toBe('open sesame')
    await secrets.remove(today)
    expect(await secrets.get(`${today}password a+b@web`)).toBeUndefined()
  })

  it.each(['basic_text', 'unknown', undefined])(
    'are not written where the backend is %s',
    async (backend) => {
      const secrets = new SecretsFile(folder, keyring(backend))
      expect(await secrets.isSafe()).toBe(false)
      await secrets.set(id, 'open sesame')
      expect(existsSync(file())).toBe(false)
      expect(await secrets.get(id)).toBeUndefined()
    },
  )

  it('of another backend or another key are as good as none, and asking for them harms nothing', async () => {
    await new SecretsFile(folder, keyring('gnome_libsecret')).set(id, 'open sesame')
    expect(await new SecretsFile(folder, keyring('kwallet6')).get(id)).toBeUndefined()
    expect(await new SecretsFile(folder, keyring('gnome_libsecret', 9)).get(id)).toBeUndefined()
    await new SecretsFile(folder, keyring('basic_text')).remove(id)
    expect(await new SecretsFile(folder, keyring('gnome_libsecret')).get(id)).toBe('open sesame')
  })

  it('that are damaged are set aside, which is said', async () => {
    writeFileSync(file(), '{"backend":')
    const notices: StorageNotice[] = []
    const secrets = new SecretsFile(folder, keyring('kwallet6'), (notice) => notices.push(notice))
    expect(await secrets.get(id)).toBeUndefined()
    expect(notices).toEqual([{ file: file(), problem: 'damaged', movedTo: `${file()}.unreadable` }])
  })

  it('of one host are forgotten together, and no other host loses any', async () => {
    const secrets = new SecretsFile(folder, keyring('kwallet5'))
    const other = `${secretsOfHost('ssh://build2')}password root@build2`
    await Promise.all([
      secrets.set(id, '1'),
      secrets.set(`${secretsOfHost('ssh://build')}passphrase /k`, '2'),
      secrets.set(other, '3'),
    ])
    await secrets.remove(secretsOfHost('ssh://build'))
    expect([await secrets.get(id), await secrets.get(other)]).toEqual([undefined, '3'])
  })
})
