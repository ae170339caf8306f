import { app } from 'electron'

// The built app as Playwright drives it: the window is made when Playwright is attached, which then calls
// `__playwright_run`. Attaching while a page is made, it sometimes waits for ever for one that was replaced meanwhile.
const attached = new Promise<void>((resolve) => {
  Object.assign(globalThis, { __playwright_run: resolve })
})
const whenReady = app.whenReady.bind(app)
app.whenReady = async () => {
  await attached
  await whenReady()
}
await import('../../electron/main/index')
