import { bytePath, type BytePath } from '../../core/base/byte-path'
import { failed } from '../../core/base/failure'

/** PATH_MAX without its zero byte. */
const longestPath = 4095

interface PathText {
  readonly path: string
  readonly pathBytes?: string | undefined
}

/** The path as it was told, whether or not there can be one of that name. */
export function toldPath({ path, pathBytes }: PathText): BytePath {
  const bytes = pathBytes === undefined ? Buffer.from(path, 'utf8') : Buffer.from(pathBytes, 'base64')
  return bytePath(bytes.toString('latin1'))
}

/**
 * The path that a caller means: absolute, of real names only. The exact bytes go before the text.
 * @throws FailureError `invalid-input`
 */
export function pathFrom(told: PathText): BytePath {
  const text = toldPath(told)
  if (text === '/') return bytePath('')
  const [first, ...names] = text.split('/')
  const isExact = first === '' && names.every((name) => name !== '' && name !== '.' && name !== '..')
  if (text.length > longestPath)
    throw failed(
      'invalid-input',
      `The path has ${String(text.length)} bytes, and a single one is looked at up to ${String(longestPath)}.`,
    )
  if (!isExact || text.includes('\0'))
    throw failed(
      'invalid-input',
      'The path must be absolute, without "." and ".." and without a slash at its end.',
    )
  return bytePath(text)
}
