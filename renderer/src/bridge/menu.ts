import './lamina-bridge'

/** Items of the native menu that the window carries out (electron/main/window/texts.ts). */
const menuItems = ['refresh', 'search', 'containers', 'images', 'snapshots', 'compare', 'settings'] as const
export type MenuItem = (typeof menuItems)[number]

/** Tells when an item of the native menu was chosen; gives the function that ends it. */
export function onMenuChosen(listener: (item: MenuItem) => void): () => void {
  return window.lamina.onEvent((event) => {
    const { name, payload } = event as { name: string; payload: unknown }
    if (name !== 'menu.chosen' || typeof payload !== 'object' || payload === null) return
    const item = menuItems.find((known) => 'item' in payload && payload.item === known)
    if (item !== undefined) listener(item)
  })
}
