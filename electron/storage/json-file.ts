import { mkdir, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { z } from 'zod'
import { failed } from '../core/failure'

/**
 * Reads a saved document. A file that is missing gives nothing; one that does not parse is set aside under
 * another name, so that what it held is not lost, and gives nothing either.
 */
export async function readJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw failed('storage-failed', `${path} cannot be read: ${messageOf(error)}`)
  }
  const parsed = schema.safeParse(parseText(text))
  if (parsed.success) return parsed.data
  try {
    await rename(path, `${path}.unreadable`)
  } catch (error) {
    throw failed(
      'storage-failed',
      `${path} holds nothing that can be read, and cannot be set aside: ${messageOf(error)}`,
      'Check that the folder belongs to this user, or remove the file.',
    )
  }
  return undefined
}

/** Replaces a document in one step: after a crash either the old or the new one is there, whole. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  } catch (error) {
    throw failed(
      'storage-failed',
      `${path} cannot be written: ${messageOf(error)}`,
      'Check that the disk is not full and the folder belongs to this user.',
    )
  }
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
