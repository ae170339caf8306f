// Run by engine-rig.test.ts as a process of its own, to be killed: starts an engine with a container that runs and one that is paused, and says where.
import { startContainer } from '../engines/docker/containers'
import { importImage } from '../engines/images/images'
import { startPrivateDocker } from '../engines/docker/private-docker'

const engine = await startPrivateDocker()
await importImage(engine.docker, 'base:1')
await startContainer(engine.docker, { name: 'victim', image: 'base:1' })
await startContainer(engine.docker, { name: 'frozen', image: 'base:1' })
await engine.docker(['pause', 'frozen'])
console.log(engine.folder)
await new Promise(() => undefined)
