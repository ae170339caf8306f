import { serveCommands, type StarterOrder } from '../transport/local/command-starter'

// The utility process of command-starter.ts.
serveCommands({
  post: (news) => {
    process.parentPort.postMessage(news)
  },
  onOrder: (listener) => {
    process.parentPort.on('message', ({ data }) => {
      listener(data as StarterOrder)
    })
  },
})
