import { app, dialog, session } from 'electron'
import { join } from 'node:path'
import { whyBroken } from '../core/broken-stream'
import { dataFolder } from '../storage/data-folder'
import { SecretsFile } from '../storage/secrets'
import { SettingsFile } from '../storage/settings'
import { appOrigin, declareAppProtocol, serveAppProtocol } from './app-protocol'
import { askBeforeClosing } from './closing'
import { CommandStarter } from './command-starter'
import { connectWindow } from './ipc'
import { installMenu } from './menu'
import { lockNavigation } from './navigation'
import { refusePermissions, refuseRemoteRequests } from './permissions'
import { applyChosenTheme, chosenTexts } from './preferences'
import { closeBeforeQuitting } from './quitting'
import { offerReloadAfterCrash } from './renderer-health'
import { askWhereToSave } from './save-dialog'
import { systemCipher } from './system-cipher'
import { resultOf } from './thread/exchange'
import { LaminaThread } from './thread/lamina-thread'
import { openWindow } from './window'
import { openWindowFolder, type WindowFolder } from './window-folder'

const outDir = join(import.meta.dirname, '..')
const dataDir = dataFolder(process.env)

// As root Chromium has to be started with --no-sandbox, and enableSandbox() would undo that: no process would start.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
app.setName('Lamina')
const windowFolder = windowFolderOrExit()
// Also what the single-instance lock is about, so that each data folder has one window.
app.setPath('userData', windowFolder.folder)
declareAppProtocol()
lockNavigation()

if (app.requestSingleInstanceLock()) {
  start().catch((error: unknown) => {
    console.error('Lamina could not start:', error)
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
      orderStarter: (order) => {
        starter.order(order)
      },
      areSecretsSafe: () => secrets.isSafe(),
      secret: (id) => resultOf(secrets.get(id)),
      setSecret: (id, value) => resultOf(secrets.set(id, value)),
      removeSecrets: (prefix) => resultOf(secrets.remove(prefix)),
    },
  )
  if (windowFolder.notice !== undefined) lamina.notice(windowFolder.notice)
  const starter = new CommandStarter((news) => {
    lamina.hearStarter(news)
  })
  app.on('window-all-closed', () => {
    app.quit()
  })
  await app.whenReady()
  refusePermissions(session.defaultSession)
  refuseRemoteRequests(session.defaultSession, allowedAddresses())
  await serveAppProtocol(outDir)
  await applyChosenTheme(settings)
  const window = openWindow(outDir, join(dataDir, 'window.json'))
  // Nobody waits for it: it becomes worth its start when there is much to hold.
  window.once('ready-to-show', () => {
    starter.launch()
  })
  app.on('quit', () => {
    starter.close()
    windowFolder.remove()
  })
  const disconnect = connectWindow(window, lamina)
  askBeforeClosing(window, lamina, settings)
  offerReloadAfterCrash(window, lamina, settings)
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore()
    window.focus()
  })
  closeBeforeQuitting(lamina, disconnect)
  installMenu(window, await chosenTexts(settings))
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
