/** Whether a signal is aborted by now: TypeScript believes that it stays as it was when last looked at. */
export function isAborted(signal: { readonly aborted: boolean }): boolean {
  return signal.aborted
}
