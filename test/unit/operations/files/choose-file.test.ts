import { expect, test } from 'vitest'
import { chooseFile, safeFileName } from '../../../../electron/operations/files/choose-file'
import type { Context } from '../../../../electron/operations/context/context'

const nobodyAborts = new AbortController().signal

function contextWith(chooseFile: Context['chooseFile']): Context {
  return { chooseFile } as Context
}

test.each([
  ['report.csv', 'report.csv'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['/root/.ssh/authorized_keys', '_root_.ssh_authorized_keys'],
  ['C:\\Windows\\x', 'C__Windows_x'],
  ['.bashrc', 'bashrc'],
  ['name \n\u202egnp.exe', 'name _n_u202egnp.exe'],
  ['...', 'file'],
  [' ', 'file'],
  ['con.txt', '_con.txt'],
  ['a.', 'a'],
  [`${'名'.repeat(100)}.json`, `${'名'.repeat(83)}.json`],
])('the suggestion %j becomes %j', (suggested, name) => {
  expect(safeFileName(suggested)).toBe(name)
})

test('what the person chose is given', async () => {
  const asked: string[] = []
  const context = contextWith((name) => {
    asked.push(name)
    return Promise.resolve({ file: '/home/me/a', overwrite: true })
  })
  expect(await chooseFile(context, { suggestedName: '../a' }, nobodyAborts)).toEqual({
    file: '/home/me/a',
    overwrite: true,
  })
  expect(asked).toEqual(['_a'])
})

test('a person who chooses nothing is no failure', async () => {
  const context = contextWith(() => Promise.resolve(undefined))
  expect(await chooseFile(context, { suggestedName: 'a' }, nobodyAborts)).toEqual({ overwrite: false })
})

test('without a window the failure says to name the file', async () => {
  await expect(
    Promise.resolve().then(() => chooseFile(contextWith(undefined), { suggestedName: 'a' }, nobodyAborts)),
  ).rejects.toMatchObject({
    failure: { kind: 'prompt-required', remedy: expect.stringContaining('Name the file') as string },
  })
})
