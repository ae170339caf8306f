import type { TextPair } from './compare-texts'
import { textDiff } from './text-diff'

// Runs beside the window, which goes on while texts are compared.
addEventListener('message', ({ data }: MessageEvent<TextPair>) => {
  postMessage(textDiff(data.a, data.b))
})
