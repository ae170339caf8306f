/** What the preload script puts on the window; the only way out of the renderer. */
export interface LaminaBridge {
  /** Answers with the contract's result; `id` is the caller's, for `cancel`. */
  call(id: string, operation: string, input: unknown): Promise<unknown>
  cancel(id: string): void
  /** Gives the function that ends the subscription. */
  onEvent(listener: (event: unknown) => void): () => void
}

declare global {
  interface Window {
    readonly lamina: LaminaBridge
  }
}
