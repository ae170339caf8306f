import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { operations } from '../../../../electron/contract/contract'

const electron = join(import.meta.dirname, '../../../../electron')

/** The texts of what a program says of a failure: the arguments of `failed`, and `message` and `remedy` of an object. */
function wordsIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const words: string[] = []
  const texts = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) words.push(node.text)
    else if (ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) words.push(node.text)
    ts.forEachChild(node, texts)
  }
  const look = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'failed') {
      for (const argument of node.arguments.slice(1)) texts(argument)
    } else if (ts.isPropertyAssignment(node) && /^(message|remedy|reason)$/.test(node.name.getText()))
      texts(node.initializer)
    ts.forEachChild(node, look)
  }
  look(source)
  return words
}

const files = readdirSync(electron, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.startsWith('contract'))
  .map((name) => join(electron, name))
const words = files.flatMap(wordsIn)

test('no failure speaks in the words of the contract, which nobody at the window knows', () => {
  expect(words.length).toBeGreaterThan(300)
  const names = Object.keys(operations).map((name) => name.replace('.', '\\.'))
  const operation = new RegExp(`\\b(?:${names.join('|')})\\b`)
  for (const text of words) {
    expect(text, 'an operation').not.toMatch(operation)
    expect(text, 'the field of an input').not.toMatch(/(?<![./\w])[a-z]+[A-Z][a-z]+(?![\w.])/)
  }
})
