import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchDriven } from '../driven/launch'
import { resolveElectronRuntime } from '../running/electron-runtime'
import { launchArguments } from '../running/launch-arguments'
import { useRunFolder } from '../../test/engines/run-folder'
import { icnsFile, icoFile, type IconImage } from './icon-files'

// Draws icon.svg in the sizes of the freedesktop icon theme, and for Windows and macOS as one file each: electron-builder
// would download a program for these. Run it after the drawing changed: npx tsx build/icons/render-icons.ts
const themeSizes = [16, 32, 48, 64, 128, 256, 512]
const folder = join(import.meta.dirname, 'png')
const svg = readFileSync(join(import.meta.dirname, 'icon.svg')).toString('base64')
useRunFolder()
const dataDir = mkdtempSync(join(tmpdir(), 'lamina-icons-'))
const launch = launchArguments(await resolveElectronRuntime(), {
  env: { ...process.env, LAMINA_DATA_DIR: dataDir },
})
const app = await launchDriven(launch)
const window = await app.firstWindow()
mkdirSync(folder, { recursive: true })
const images: IconImage[] = []
for (const size of [...themeSizes, 1024]) {
  const dataUrl = String(await window.evaluate(drawing(size)))
  images.push({ size, png: Buffer.from(dataUrl.split(',')[1] ?? '', 'base64') })
}
for (const { size, png } of images)
  if (themeSizes.includes(size)) writeFileSync(join(folder, `${size}x${size}.png`), png)
writeFileSync(join(import.meta.dirname, 'icon.ico'), icoFile(images.filter(({ size }) => size <= 256)))
writeFileSync(join(import.meta.dirname, 'icon.icns'), icnsFile(images))
await app.close()
rmSync(dataDir, { recursive: true, force: true })

/** Script for the page that draws the icon and answers with a PNG's data URL. */
function drawing(size: number): string {
  return `(async () => {
    const image = new Image()
    image.src = 'data:image/svg+xml;base64,${svg}'
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = ${size}
    canvas.getContext('2d').drawImage(image, 0, 0, ${size}, ${size})
    return canvas.toDataURL('image/png')
  })()`
}
