import { app, type BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron'
import { externalAddresses } from '../page/external-addresses'
import { log } from '../logs/log'
import { openExternal } from '../page/navigation'
import { showLog } from '../logs/show-log'
import type { Texts } from './texts'

/** What the page is told as the event `menu.chosen` when an item of the native menu is chosen. */
export type MenuItemName = keyof Texts['items']

/** Puts the native menu in place; items of Lamina's own send the event `menu.chosen` with `{ item }`. */
export function installMenu(window: () => BrowserWindow, texts: Texts): void {
  const item = (name: MenuItemName, accelerator: string): MenuItemConstructorOptions => ({
    id: name,
    label: texts.items[name],
    accelerator,
    click: () => {
      if (!window().isDestroyed())
        window().webContents.send('lamina:event', { name: 'menu.chosen', payload: { item: name } })
    },
  })
  const link = (name: keyof Texts['links']): MenuItemConstructorOptions => ({
    label: texts.links[name],
    click: () => {
      openExternal(externalAddresses[name]).catch((error: unknown) => {
        log.error('window.failed', error, { what: 'opening an address' })
      })
    },
  })
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const template: MenuItemConstructorOptions[] = [
    { label: texts.menu.file, submenu: [item('settings', 'CmdOrCtrl+,'), separator, { role: 'quit' }] },
    { label: texts.menu.edit, role: 'editMenu' },
    {
      label: texts.menu.view,
      submenu: [
        item('refresh', 'F5'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [separator, { role: 'toggleDevTools' } as const]),
      ],
    },
    {
      label: texts.menu.go,
      submenu: [
        item('search', 'CmdOrCtrl+F'),
        separator,
        item('containers', 'CmdOrCtrl+1'),
        item('images', 'CmdOrCtrl+2'),
        item('snapshots', 'CmdOrCtrl+3'),
        item('compare', 'CmdOrCtrl+4'),
      ],
    },
    {
      label: texts.menu.help,
      role: 'help',
      submenu: [link('storage'), link('commit'), separator, { label: texts.log, click: showLogNow }],
    },
  ]
  if (process.platform === 'darwin') template.unshift({ role: 'appMenu' })
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

function showLogNow(): void {
  showLog().catch((error: unknown) => {
    log.error('window.failed', error, { what: 'showing the log' })
  })
}
