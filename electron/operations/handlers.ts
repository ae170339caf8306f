import { changeRows, closeChanges, listChanges, openChanges } from './changes'
import { commitSnapshot } from './commit-snapshot'
import { inspectContainer, listContainers, resumeContainer } from './containers'
import type { Handlers } from './handler'
import { connectHost, describeHost, listHosts } from './hosts'
import { inspectImage, listImages, showStack } from './images'
import { reviewSnapshot } from './review-snapshot'
import { getSettings, setSettings } from './settings'
import { compareStacks } from './stacks'
import { finishSnapshot, listUnfinished } from './unfinished-snapshots'

/** Who does what: the contract's table once more, with the hands that do the work. */
export const handlers: Handlers = {
  'hosts.list': listHosts,
  'hosts.describe': describeHost,
  'hosts.connect': connectHost,
  'containers.list': listContainers,
  'containers.inspect': inspectContainer,
  'containers.resume': resumeContainer,
  'changes.list': listChanges,
  'changes.open': openChanges,
  'changes.rows': changeRows,
  'changes.close': closeChanges,
  'images.list': listImages,
  'images.stack': showStack,
  'images.inspect': inspectImage,
  'stacks.compare': compareStacks,
  'snapshots.review': reviewSnapshot,
  'snapshots.commit': commitSnapshot,
  'snapshots.unfinished': listUnfinished,
  'snapshots.finish': finishSnapshot,
  'settings.get': getSettings,
  'settings.set': setSettings,
}
