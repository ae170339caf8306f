// Run by clean-up.test.ts as a process of its own, to be killed: starts the engine that is named, with a container, and says where.
import { startContainer } from '../../engines/docker/containers'
import { loadImage } from '../../engines/images/loaded-image'
import { engineKinds, startEngine } from '../../engines/engine/private-engine'
import { matrixArchive, matrixImage } from './matrix-image'

const kind = engineKinds.find((name) => name === process.argv[2])
if (kind === undefined) throw new Error('no such engine')
const engine = await startEngine(kind)
await loadImage(engine.docker, await matrixArchive())
await startContainer(engine.docker, { name: 'victim', image: matrixImage })
// Podman cannot pause here.
if (!kind.startsWith('podman')) {
  await startContainer(engine.docker, { name: 'frozen', image: matrixImage })
  await engine.docker(['pause', 'frozen'])
}
console.log(engine.host.folder)
await new Promise(() => undefined)
