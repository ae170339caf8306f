import { app, dialog, session } from 'electron'
import { join } from 'node:path'
import { whyBroken } from '../core/base/broken-stream'
import { SecretsFile } from '../storage/secrets'
import { SettingsFile } from '../storage/settings'
import { appOrigin, declareAppProtocol, serveAppProtocol } from './page/app-protocol'
import { CommandStarter } from './command-starter'
import { logCrashes } from './logs/crash-log'
import { dataDir } from './logs/data-folder'
import { LaminaWindow } from './lamina-window'
import { log } from './logs/log'
import { installMenu } from './window/menu'
import { lockNavigation } from './page/navigation'
import { refusePermissions, refuseRemoteRequests } from './page/permissions'
import { applyChosenTheme, chosenTexts } from './window/preferences'
import { closeBeforeQuitting } from './window/quitting'
import { askWhereToSave } from './window/save-dialog'
import { showLog } from './logs/show-log'
import { systemCipher } from './system-cipher'
import { resultOf } from './thread/exchange'
import { LaminaThread } from './thread/lamina-thread'
import { openWindowFolder, type WindowFolder } from './window/window-folder'

const outDir = join(import.meta.dirname, '..')

// As root Chromium has to be started with --no-sandbox, and enableSandbox() would undo that: no process would start.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
// Nothing of the window has an address to find. Hints of a page (preconnect, dns-prefetch) and WebRTC pass by the filter of requests.
app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
app.setName('Lamina')
const windowFolder = windowFolderOrExit()
// Also what the single-instance lock is about, so that each data folder has one window.
app.setPath('userData', windowFolder.folder)
declareAppProtocol()
lockNavigation()

if (app.requestSingleInstanceLock()) {
  logCrashes()
  log.begin()
  start().catch((error: unknown) => {
    log.error('lamina.not-started', error)
    app.exit(1)
  })
} else {
  app.quit()
}

async function start(): Promise<void> {
  const secrets = new SecretsFile(dataDir, systemCipher, (notice) => {
    lamina.notice(notice)
  })
  // The thread keeps the file, and says what is wrong with it.
  const settings = new SettingsFile(dataDir, { readOnly: true })
  const lamina = new LaminaThread(
    join(import.meta.dirname, 'lamina-thread.js'),
    { dataDir },
    {
      chooseFile: askWhereToSave,
      showLog,
      orderStarter: (order) => {
        starter.order(order)
      },
      areSecretsSafe: () => secrets.isSafe(),
      secret: (id) => resultOf(secrets.get(id)),
      setSecret: (id, value) => resultOf(secrets.set(id, value)),
      removeSecrets: (prefix) => resultOf(secrets.remove(prefix)),
    },
    log,
  )
  if (windowFolder.notice !== undefined) lamina.notice(windowFolder.notice)
  const starter = new CommandStarter((news) => {
    lamina.hearStarter(news)
  })
  await app.whenReady()
  refusePermissions(session.defaultSession)
  refuseRemoteRequests(session.defaultSession, allowedAddresses())
  await serveAppProtocol(outDir)
  await applyChosenTheme(settings)
  const window = new LaminaWindow({ outDir, dataDir, lamina, settings })
  // Nobody waits for it: it becomes worth its start when there is much to hold.
  window.current.once('ready-to-show', () => {
    starter.launch()
  })
  app.on('quit', () => {
    starter.close()
    log.info('lamina.ended')
    windowFolder.remove()
  })
  app.on('second-instance', () => {
    if (window.current.isMinimized()) window.current.restore()
    window.current.focus()
  })
  closeBeforeQuitting(lamina, () => {
    window.disconnect()
  })
  installMenu(() => window.current, await chosenTexts(settings))
}

function windowFolderOrExit(): WindowFolder {
  try {
    return openWindowFolder(dataDir)
  } catch (error) {
    dialog.showErrorBox(
      'Lamina cannot start',
      `Neither ${dataDir} nor the folder for temporary files can be written to: ${whyBroken(error)}.`,
    )
    process.exit(1)
  }
}

/** Development tools load their own pages; packages have none. */
function allowedAddresses(): readonly string[] {
  return app.isPackaged ? [`${appOrigin}/`] : [`${appOrigin}/`, 'devtools://']
}
