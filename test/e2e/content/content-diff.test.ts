import { expect, test } from 'vitest'
import { seededRandom } from '../../builders/random'
import { onChangedTexts, type Versions } from './changed-texts'

/** A lock file as npm writes it, a line each. */
function lockFile(lines: number): string[] {
  const kinds = [
    (at: number) => `    "node_modules/package-${at}": {`,
    (at: number) => `      "version": "1.${at % 7}.${at % 11}",`,
    (at: number) => `      "resolved": "https://registry.npmjs.org/package-${at}/-/package-${at}.tgz",`,
    () => '      "license": "MIT"',
    () => '    },',
  ]
  return Array.from(
    { length: lines },
    (_, at) => kinds[at % kinds.length]?.(Math.floor(at / kinds.length)) ?? '',
  )
}

/** With one character changed on each of these lines, which count from 1. */
function edited(lines: readonly string[], numbers: readonly number[]): string[] {
  return lines.map((line, at) => (numbers.includes(at + 1) ? line.replace(/.$/, '!') : line))
}

/** Lines of few kinds, as far as they are not changed: the same ones come again and again. */
function manyEdits(): Versions {
  const random = seededRandom(13)
  const below = (end: number) => Math.floor(random() * end)
  const lower = Array.from({ length: 100_000 }, () => `kind ${below(500)}`)
  const upper = [...lower]
  for (let edit = 0; edit < 10_000; edit += 1) {
    const at = below(upper.length)
    if (edit % 3 === 0) upper[at] = `edit ${edit}`
    else upper.splice(at, edit % 3 === 1 ? 1 : 0, ...(edit % 3 === 1 ? [] : [`kind ${below(500)}`]))
  }
  return [lower.join('\n'), upper.join('\n')]
}

/** So different, and so alike line by line, that nothing but a long search would find the most they have in common. */
function unlike(): Versions {
  const random = seededRandom(14)
  const text = () => Array.from({ length: 100_000 }, () => `kind ${Math.floor(random() * 20)}\n`).join('')
  return [text(), text()]
}

const numbered = (word: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${word} ${at}\n`).join('')

const lock = lockFile(5_000)
const lockEdits = [3, 1_247, 2_500, 2_502, 4_999]
const long = lockFile(50_000)
const longEdits = [1, 5_001, 12_345, 20_000, 25_000, 25_001, 33_333, 44_444, 49_998, 50_000]
const files = {
  'package-lock.json': [lock.join('\n'), edited(lock, lockEdits).join('\n')],
  'long.txt': [`${long.join('\n')}\n`, `${edited(long, longEdits).join('\n')}\n`],
  'braces.c': ['int a;\n}\n\nint b;\n', 'int A;\n}\n\nint B;\n'],
  'ended.txt': ['one\ntwo\n', 'one\ntwo'],
  'many.txt': manyEdits(),
  'filled.txt': ['', 'one\ntwo\n'],
  'apart.txt': [numbered('before', 100_000), numbered('after', 100_000)],
  // More than is read at once.
  'log.txt': [
    numbered('a line of a log that is long', 80_000),
    `first\n${numbered('a line of a log that is long', 80_000)}`,
  ],
  'unlike.txt': unlike(),
  'minified.js': [`${'a=1;'.repeat(500_000)}\n`, `${'a=1;'.repeat(499_999)}a=2;\n`],
} satisfies Record<string, Versions>

const { opened } = onChangedTexts('content-diff', files)

test('of a lock file the edited lines are marked and no other, in both ways of comparing', async () => {
  const { pane } = await opened()
  await pane.choose(/package-lock/)
  await pane.body.getByText('5 differences').waitFor()
  expect(await pane.marked(pane.before)).toBe(5)
  expect(await pane.marked(pane.now)).toBe(5)
  await pane.button('Unified').click()
  await pane.body.locator('.cm-deletedLine').nth(4).waitFor()
  expect(await pane.body.locator('.cm-deletedLine').count()).toBe(5)
  expect(await pane.marked(pane.now)).toBe(5)
})

test('the next difference and the previous one are the edits themselves, each with its number', async () => {
  const { pane } = await opened()
  await pane.choose(/long/)
  await pane.body.getByText('9 differences').waitFor()
  // Two of the ten edits are on neighbouring lines.
  const firstLines = longEdits.filter((line) => !longEdits.includes(line - 1))
  for (const [at, line] of firstLines.entries()) {
    await pane.button('Next difference').click()
    await pane.body.getByText(`${at + 1} of 9`, { exact: true }).waitFor()
    await pane.activeLines.getByText(String(line), { exact: true }).last().waitFor()
  }
  await pane.now.focus()
  await pane.page.keyboard.press('F7')
  await pane.body.getByText('1 of 9', { exact: true }).waitFor()
  await pane.page.keyboard.press('Shift+F7')
  await pane.activeLines.getByText('50000', { exact: true }).waitFor()
})

test('short lines between two edits are not marked with them', async () => {
  const { pane } = await opened()
  await pane.choose(/braces/)
  await pane.body.getByText('2 differences').waitFor()
  expect([await pane.marked(pane.before), await pane.marked(pane.now)]).toEqual([2, 2])
  expect(await pane.differingWords.allInnerTexts()).toEqual(['a', 'b', 'A', 'B'])
})

test('a line end that one version lacks is a difference of the last line, and named', async () => {
  const { pane } = await opened()
  await pane.choose(/ended/)
  await pane.body.getByText('1 difference').waitFor()
  await pane.body.getByText('No line end at the end of the container’s version').waitFor()
  expect([await pane.marked(pane.before), await pane.marked(pane.now)]).toEqual([1, 1])
})

test('of an empty file and a full one every line is marked', async () => {
  const { pane } = await opened()
  await pane.choose(/filled/)
  await pane.body.getByText('1 difference').waitFor()
  expect([await pane.marked(pane.before), await pane.marked(pane.now)]).toEqual([0, 2])
})

test('files that have nothing in common are drawn side by side, which is said where they were wanted unified', async () => {
  const { pane } = await opened()
  await pane.choose(/apart/)
  await pane.body.getByText('1 difference').waitFor()
  await pane.button('Unified').click()
  await pane.body.getByText('the two stand side by side').waitFor()
  await pane.before.getByText('before 0').waitFor()
  await pane.now.getByText('after 0').waitFor()
})

test('where parts are shown, lines are not called removed that come in the rest', async () => {
  const { pane } = await opened()
  await pane.choose(/log/)
  await pane.body.getByText('1 difference').waitFor()
  await pane.body.getByText('The last lines of one version are not compared').waitFor()
  expect([await pane.marked(pane.before), await pane.marked(pane.now)]).toEqual([0, 1])
  await pane.now.getByText('folded lines').waitFor()
  await pane.button('Show more').click()
  await pane.button('Show more').waitFor({ state: 'detached' })
  await pane.now.getByText('unchanged lines').waitFor()
  await pane.body.getByText('1 difference').waitFor()
})

test('one line of two megabytes is one difference', async () => {
  const { pane } = await opened()
  await pane.choose(/minified/)
  await pane.body.getByText('1 difference').waitFor()
  expect([await pane.marked(pane.before), await pane.marked(pane.now)]).toEqual([1, 1])
})

test('a hundred thousand lines with ten thousand edits are compared exactly', async () => {
  const { pane } = await opened()
  await pane.choose(/many/)
  await pane.body.getByText(/[\d,]+ differences/).waitFor()
  await pane.button('Previous difference').click()
  await pane.body.getByText(/^([\d,]+) of \1$/).waitFor()
  expect(await pane.body.getByText('compared coarsely').count()).toBe(0)
})

test('a long comparison is told while the text is read, ends with the choice of another file, and says when it is coarse', async () => {
  const { pane } = await opened()
  await pane.choose(/unlike/)
  await pane.body.getByText('Comparing…').waitFor()
  await pane.now.getByText('kind').first().waitFor()
  const worker = pane.page.workers()[0]
  const ended = worker?.waitForEvent('close')
  await pane.choose(/braces/)
  await ended
  await pane.body.getByText('2 differences').waitFor()
  expect(worker).toBeDefined()
  await pane.choose(/unlike/)
  await pane.body.getByText('compared coarsely').waitFor()
})
