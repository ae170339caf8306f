import { parentPort, workerData } from 'node:worker_threads'
import { createLamina } from '../../operations/application'
import { LogFile } from '../../storage/logs/log-file'
import { OwnLog } from '../../storage/logs/own-log'
import type { SecretStore } from '../../storage/secrets'
import type { StarterNews } from '../../transport/local/command-starter'
import { StarterClient } from '../../transport/local/starter-client'
import { exchange, valueOf, type MainFunctions, type ThreadFunctions, type ThreadStart } from './exchange'

// The thread of lamina-thread.ts: everything Lamina does but the window itself.
const port = parentPort
if (port === null) throw new Error('This is a thread and no program.')
const { dataDir } = workerData as ThreadStart
const running = new Map<number, AbortController>()
let hearStarter: (news: StarterNews) => void = () => undefined
let loseStarter: () => void = () => undefined

const functions: ThreadFunctions = {
  async call(id, operation, input) {
    const controller = new AbortController()
    running.set(id, controller)
    try {
      return await lamina.call(operation, input, { signal: controller.signal })
    } finally {
      running.delete(id)
    }
  },
  cancel(id) {
    running.get(id)?.abort()
  },
  busy: () => lamina.busy(),
  async close() {
    await lamina.close()
    starter.close()
  },
  notice(notice) {
    lamina.notice(notice)
  },
  hearStarter(news) {
    if (news === 'gone') loseStarter()
    else hearStarter(news)
  },
}

const main = exchange<MainFunctions, ThreadFunctions>(port, functions, ['tell', 'orderStarter'])

const starter = new StarterClient({
  order: (order) => void main.orderStarter(order),
  onNews: (listener) => (hearStarter = listener),
  onGone: (listener) => (loseStarter = listener),
})

const secrets: SecretStore = {
  isSafe: () => main.areSecretsSafe(),
  get: async (id) => valueOf(await main.secret(id)),
  set: async (id, value) => {
    valueOf(await main.setSecret(id, value))
  },
  remove: async (prefix) => {
    valueOf(await main.removeSecrets(prefix))
  },
}

const lamina = createLamina({
  dataDir,
  env: process.env,
  secrets,
  // A dialog cannot be taken back: an answer that comes after the call was given up counts for nothing.
  chooseFile: async (suggestedName, signal) => {
    const chosen = await main.chooseFile(suggestedName)
    return signal.aborted ? undefined : chosen
  },
  // The thread names no file to the main thread, which shows its own log alone.
  showFile: () => main.showLog(),
  log: new OwnLog({ part: 'thread', file: new LogFile(dataDir) }),
  startCommand: starter.start,
})
lamina.on((event) => void main.tell(event))
