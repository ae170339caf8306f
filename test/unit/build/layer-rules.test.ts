import { readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join, relative } from 'node:path/posix'
import { expect, test } from 'vitest'
import { layers } from '../../../build/layer-rules'
import { repository } from '../../engines/repository'

const mostFilesOfAFolder = 16

/** Every file below a folder, from the repository's root. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(repository, join(entry.parentPath, entry.name)))
}

const sources = [...filesBelow('electron'), ...filesBelow('renderer/src')].filter((file) =>
  ['.ts', '.vue'].includes(extname(file)),
)
const known = new Set(sources)

/** The project's own files that a file imports, types and what is loaded later among them. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(repository, file), 'utf8')
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']*)'/g)]
    .map(([, name = '']) => join(dirname(file), name))
    .map((path) => ['', '.ts', '.d.ts', '/index.ts'].map((end) => path + end).find((name) => known.has(name)))
    .filter((name) => name !== undefined)
}

const imports = new Map(sources.map((file) => [file, importsOf(file)]))

/** The innermost first. */
const homes = Object.keys(layers).sort((one, other) => other.length - one.length)

/** The layer that a file is in, and its folder there. */
function placeOf(file: string): { layer: string; folder: string } {
  const layer = homes.find((home) => file.startsWith(`${home}/`)) ?? ''
  return { layer, folder: relative(layer, dirname(file)) || '.' }
}

/** What is left of a graph when all that leads to no circle, or that no circle leads to, is taken away. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const left = new Map(graph)
  for (;;) {
    const reached = new Set([...left.values()].flat())
    const ends = [...left].filter(
      ([name, next]) => !reached.has(name) || !next.some((other) => left.has(other)),
    )
    if (ends.length === 0) return [...left.keys()]
    for (const [name] of ends) left.delete(name)
  }
}

function namesIn(names: string): string[] {
  return names.split(' ').filter((name) => name !== '')
}

test('names every folder that has sources, and no other', () => {
  const named = Object.entries(layers).flatMap(([home, { folders }]) =>
    Object.keys(folders).map((folder) => join(home, folder)),
  )
  expect(named.sort()).toEqual([...new Set(sources.map(dirname))].sort())
})

/** The arrows between folders of one layer, as the imports are and as the table has them. */
const used = new Set(
  [...imports].flatMap(([file, names]) => {
    const from = placeOf(file)
    return names
      .map(placeOf)
      .filter((to) => to.layer === from.layer && to.folder !== from.folder)
      .map((to) => `${from.layer}: ${from.folder} > ${to.folder}`)
  }),
)
const allowed = new Set(
  Object.entries(layers).flatMap(([home, { folders }]) =>
    Object.entries(folders).flatMap(([folder, others]) =>
      namesIn(others).map((other) => `${home}: ${folder} > ${other}`),
    ),
  ),
)

test('has the arrows between the folders of a layer that imports use, and no other', () => {
  expect([...allowed].sort()).toEqual([...used].sort())
})

test('leads from no folder back to itself', () => {
  const graph = Object.entries(layers).flatMap(([home, layer]) => {
    const below = [...layer.layers, ...(layer.types ?? [])].map((name) => name.replace(/\/\*$/, ''))
    const inOthers = below.flatMap((name) =>
      Object.keys(layers[name]?.folders ?? {}).map((folder) => join(name, folder)),
    )
    return Object.entries(layer.folders).map(([folder, others]): [string, string[]] => [
      join(home, folder),
      [...namesIn(others).map((other) => join(home, other)), ...inOthers],
    ])
  })
  expect(circlesIn(new Map(graph))).toEqual([])
})

test('leads from no file back to itself', () => {
  expect(circlesIn(imports)).toEqual([])
})

test('leaves every folder small enough to be read at a glance', () => {
  const counts = new Map<string, number>()
  const own = ['electron', 'renderer', 'build', 'test'].flatMap(filesBelow)
  for (const file of own.filter((name) => !name.endsWith('tsconfig.json')))
    counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
  expect([...counts].filter(([, count]) => count > mostFilesOfAFolder)).toEqual([])
})
