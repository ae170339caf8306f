import { extractFile, listPackage } from '@electron/asar'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildAppIfStale } from '../../build/running/app-build'
import { type AppPackage, packageApp } from '../../build/packaging/app-package'
import { type ElectronRuntime, resolveElectronRuntime } from '../../build/running/electron-runtime'
import { readFuses, requiredFuses } from '../../build/packaging/fuses'
import { repository } from '../../build/running/launch-arguments'
import { electronSonames } from '../../build/linux-libraries'
import { startPrivateSshd } from '../engines/ssh/private-sshd'
import { sharedEngine, uniqueName } from '../engines/docker/shared-engine'
import { eventually } from '../engines/wait'
import { bundledPackages, licenseSections } from './bundled-packages'
import { describedPackages, valueOf } from './described-packages'
import { neededLibraries } from './needed-libraries'
import { startPackage } from './packaged-app'
import { readableXauthority } from './readable-xauthority'
import { processOf, sandboxOfRenderer } from './renderer-sandbox'

let runtime: ElectronRuntime
let made: AppPackage
const described = describedPackages()
const output = mkdtempSync(join(tmpdir(), 'lamina-package-'))
beforeAll(async () => {
  chmodSync(output, 0o755)
  buildAppIfStale()
  runtime = await resolveElectronRuntime()
  made = await packageApp(runtime, ['dir', 'deb', 'rpm', 'AppImage'], {
    output,
    describe: (description) => described.add(description),
  })
})
afterAll(() => {
  rmSync(output, { recursive: true, force: true })
})

const starterOf = (pid: number) =>
  eventually(() => processOf(pid, 'node.mojom.NodeService'), { what: 'the process that starts commands' })

describe('The package', () => {
  test('starts and lists the containers of the engine', async () => {
    const engine = sharedEngine()
    const name = uniqueName('packaged')
    await engine.docker(['create', '--name', name, 'lamina-test/base:1', 'true'])
    const running = await startPackage(made.executable, { env: { DOCKER_HOST: engine.dockerHost } })
    try {
      const answer = await running.page.evaluate<string>(
        `window.lamina.call('package-1', 'containers.list', { hostId: 'local', all: true }).then(JSON.stringify)`,
      )
      expect(answer).toContain(name)
      // What starts commands is found inside the archive too, and stays.
      await starterOf(running.pid)
    } finally {
      await running.close()
      await engine.docker(['rm', name])
    }
  })

  // The thread that opens keys is a file of its own, loaded from inside the archive.
  test('opens an encrypted key to log in to a host', async () => {
    const server = await startPrivateSshd()
    const running = await startPackage(made.executable)
    try {
      const key = await server.makeKey('ed25519', 'open sesame')
      await server.authorize('keeper', key)
      const host = {
        host: server.address('keeper', '/nonexistent.sock'),
        identityFile: key,
        knownHostsFile: server.knownHostsFile,
      }
      const answer = await running.page.evaluate<string>(`new Promise((resolve) => {
        window.lamina.onEvent(({ name, payload }) => {
          if (name !== 'prompt.asked') return
          void window.lamina.call('answer', 'prompts.answer', { promptId: payload.promptId, values: ['open sesame'] })
        })
        window.lamina.call('connect', 'hosts.connect', ${JSON.stringify(host)}).then(JSON.stringify).then(resolve)
      })`)
      expect(answer).toContain("no engine's socket at /nonexistent.sock")
    } finally {
      await running.close()
      await server.stop()
    }
  })

  test('holds the built app and nothing of node_modules, the sources or the loader for development', () => {
    const asar = join(made.folder, 'resources', 'app.asar')
    const files = listPackage(asar, { isPack: false }).filter(
      (path) => !/^\/(out(\/|$)|package\.json$)/.test(path),
    )
    expect(files).toEqual([])
    expect(existsSync(join(made.folder, 'resources', 'app'))).toBe(false)
  })

  test('holds the licence of each package that is bundled, of Lamina, Electron and Chromium', () => {
    const file = (name: string) => readFileSync(join(made.folder, name), 'utf8')
    const sections = licenseSections(file('THIRD-PARTY-LICENSES.txt'))
    expect([...sections.keys()].sort()).toEqual([...bundledPackages(join(repository, 'out'))].sort())
    for (const text of sections.values())
      expect(text).toMatch(/permission|redistribution and use|public domain/i)
    expect(file('LICENSE.txt')).toBe(readFileSync(join(repository, 'LICENSE'), 'utf8'))
    expect(file('LICENSE.electron.txt')).toContain('Electron contributors')
    expect(file('LICENSES.chromium.html')).toContain('The Chromium Authors')
  })

  test('made with the development runtime calls itself -dev', () => {
    const manifest = extractFile(join(made.folder, 'resources', 'app.asar'), 'package.json').toString()
    const { version } = JSON.parse(manifest) as { version: string }
    expect(version.endsWith('-dev')).toBe(runtime.isFallback)
    expect(existsSync(join(made.folder, 'LAMINA-DEVELOPMENT-RUNTIME.txt'))).toBe(runtime.isFallback)
  })

  // Point 19: a fuse that was forgotten leaves a general-purpose Node, signed with our name, on the machine.
  test('has its fuses set, read back from the binary', async () => {
    expect(Object.fromEntries(await readFuses(made.executable))).toMatchObject(requiredFuses)
  })
})

describe('What a deb, an rpm or an AppImage is made of', () => {
  // Parts of glibc itself.
  const withLibc = ['libdl.so.2', 'libm.so.6', 'libpthread.so.0', 'ld-linux-x86-64.so.2']

  test('names every library that Electron asks for and does not bring', () => {
    const needed = neededLibraries(made.executable).filter((soname) => !existsSync(join(made.folder, soname)))
    expect(needed).toContain('libgtk-3.so.0')
    expect(
      needed.filter((soname) => !withLibc.includes(soname) && !electronSonames.includes(soname)),
    ).toEqual([])
  })

  test('names a maintainer with an address, a home page and a licence', () => {
    for (const words of Object.values(described.fpmWords)) {
      expect(valueOf(words, '--maintainer')).toMatch(/^[^<>]+ <\S+@\S+>$/)
      expect(valueOf(words, '--url')).toMatch(/^https:/)
      expect(valueOf(words, '--license')).toBe('MIT')
    }
    expect(described.fpmWords.deb).toContain('LICENSE=/usr/share/doc/lamina/copyright')
    expect(described.fpmWords.rpm).toContain('--rpm-rpmbuild-define=_build_id_links none')
  })

  // Point 4: a desktop entry that gives --no-sandbox.
  test('starts with the sandbox from the menu', () => {
    const commands = described.desktopEntries.map((entry) => entry.get('Exec'))
    const installed = `/opt/${runtime.isFallback ? 'Lamina (development)' : 'Lamina'}/lamina`
    const quoted = runtime.isFallback ? `"${installed}"` : installed
    expect(commands.sort()).toEqual([`${quoted} %U`, `${quoted} %U`, 'AppRun %U'])
  })

  // Electron's window is of the class that desktopName says on Wayland, and that productName in lower case says on X11.
  test('has a desktop entry that knows its window', () => {
    const manifest = extractFile(join(made.folder, 'resources', 'app.asar'), 'package.json').toString()
    const { desktopName, productName } = JSON.parse(manifest) as { desktopName: string; productName: string }
    const classes = described.desktopEntries.map((entry) => entry.get('StartupWMClass'))
    expect(classes).toEqual(['lamina', 'lamina', 'lamina'])
    expect(desktopName).toBe('lamina.desktop')
    expect(productName.toLowerCase()).toBe('lamina')
  })
})

describe('Somebody who can start the packed program', () => {
  // Point 19: the program is started as Node and runs a script with the rights that were given to Lamina.
  test('cannot use it as Node by ELECTRON_RUN_AS_NODE', async () => {
    const proof = join(output, 'proof-node')
    const script = `require('node:fs').writeFileSync('${proof}', '')`
    const running = await startPackage(made.executable, {
      env: { ELECTRON_RUN_AS_NODE: '1' },
      args: ['-e', script],
    })
    await running.close()
    expect(existsSync(proof)).toBe(false)
  })

  // Point 19: code is loaded into the main process before Lamina's own.
  test('cannot load code by NODE_OPTIONS', async () => {
    const proof = join(output, 'proof-options')
    const script = join(output, 'attack.cjs')
    writeFileSync(script, `require('node:fs').writeFileSync('${proof}', '')`)
    const running = await startPackage(made.executable, { env: { NODE_OPTIONS: `--require=${script}` } })
    await starterOf(running.pid)
    await running.close()
    expect(existsSync(proof)).toBe(false)
  })

  // Point 19: a debugger is attached to the main process.
  test('cannot attach a debugger to the main process by --inspect', async () => {
    const running = await startPackage(made.executable, { args: ['--inspect=0', '--inspect-brk=0'] })
    await running.close()
    expect(running.output()).not.toContain('Debugger listening')
  })

  // Point 19: a folder `app` beside app.asar is loaded in its place.
  test('cannot replace the app by a folder beside the asar', async () => {
    const folder = join(made.folder, 'resources', 'app')
    const proof = join(output, 'proof-folder')
    mkdirSync(folder)
    try {
      writeFileSync(join(folder, 'package.json'), '{"main":"index.js"}')
      writeFileSync(join(folder, 'index.js'), `require('node:fs').writeFileSync('${proof}', '')`)
      const running = await startPackage(made.executable)
      await running.close()
    } finally {
      rmSync(folder, { recursive: true })
    }
    expect(existsSync(proof)).toBe(false)
  })
})

describe('A renderer that was taken over', () => {
  // Point 4: it calls the kernel directly. Run as an ordinary user, the renderer is held by seccomp and a namespace.
  test('is held by the sandbox of the operating system', async () => {
    const running = await startPackage(made.executable, {
      asNobody: true,
      env: readableXauthority(output),
    })
    try {
      expect(sandboxOfRenderer(running.pid)).toEqual({
        seccomp: 'filter',
        ownUserNamespace: true,
        uid: 'ordinary',
      })
    } finally {
      await running.close()
    }
  })
})
