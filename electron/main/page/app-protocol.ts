import { protocol } from 'electron'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { contentSecurityPolicy } from './content-security-policy'

/** Where the window lives; everything else is refused. */
export const appOrigin = 'app://lamina'
export const appPage = `${appOrigin}/index.html`

const headers = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
}

const contentTypes: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.woff2', 'font/woff2'],
])

/** Has to run before the app is ready. */
export function declareAppProtocol(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'app',
      privileges: { standard: true, codeCache: true, secure: true, supportFetchAPI: true, corsEnabled: true },
    },
  ])
}

/**
 * Serves the files that the build listed in renderer-files.json, under `app://lamina/`, and nothing else; refuses
 * `file:` in the window. `outDir` is the folder that the build wrote.
 */
export async function serveAppProtocol(outDir: string): Promise<void> {
  const listed = await listedFiles(join(outDir, 'renderer-files.json'))
  protocol.handle('app', async (request) => {
    const name = requestedFile(request.url, request.method)
    if (name === undefined || !listed.has(name)) return new Response('Not found', { status: 404, headers })
    const type = contentTypes.get(extname(name)) ?? 'application/octet-stream'
    const content = await readFile(join(outDir, 'renderer', name))
    return new Response(new Uint8Array(content), { headers: { ...headers, 'Content-Type': type } })
  })
  protocol.handle('file', () => new Response('Refused', { status: 403, headers }))
}

/** The file an address names, relative to the renderer's folder, or undefined where it is not ours to answer. */
function requestedFile(address: string, method: string): string | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.protocol !== 'app:' || url.host !== 'lamina') return undefined
  // Looked up as it is in a fixed list, never decoded or joined first: there is nothing to traverse.
  return url.pathname === '/' ? 'index.html' : url.pathname.slice(1)
}

async function listedFiles(path: string): Promise<ReadonlySet<string>> {
  const list: unknown = JSON.parse(await readFile(path, 'utf8'))
  if (!Array.isArray(list)) throw new Error('renderer-files.json is not a list')
  return new Set(list.filter((name): name is string => typeof name === 'string'))
}
