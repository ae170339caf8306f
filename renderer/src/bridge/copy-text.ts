/**
 * Puts a text on the clipboard; says whether it worked. By a copy event, because the asynchronous clipboard needs a
 * permission and this window has none (docs/security.md).
 */
export function copyText(text: string): boolean {
  const fill = (event: ClipboardEvent) => {
    event.preventDefault()
    event.clipboardData?.setData('text/plain', text)
  }
  document.addEventListener('copy', fill)
  const worked = document.execCommand('copy')
  document.removeEventListener('copy', fill)
  return worked
}
