import { listEngines } from './hosts/host-engines'
import { changeRows } from './changes/rows'
import {
  closeChanges,
  listChanges,
  openChanges,
  refreshChanges,
  restChanges,
  seeChanges,
} from './changes/changes'
import { commitSnapshot } from './snapshots/commit-snapshot'
import { inspectContainer, listContainers, resumeContainer } from './containers/containers'
import { readContent, saveContent } from './content/content'
import { describeChange } from './changes/describe-change'
import { chooseFile } from './files/choose-file'
import { exportChanges } from './reports/export-changes'
import type { Handlers } from './context/handler'
import { lostChanges } from './changes/lost-changes'
import {
  addHost,
  connectHost,
  describeHost,
  disconnectHost,
  hostLog,
  listHosts,
  removeHost,
} from './hosts/hosts'
import { inspectImage, listImages, showStack } from './images/images'
import { answerPrompt, listPrompts } from './hosts/prompt-operations'
import { reviewSnapshot } from './snapshots/review-snapshot'
import { getSettings, listNotices, setSettings } from './settings/settings'
import { showLog } from './settings/show-log'
import { compareStacks } from './images/stacks'
import { suggestHosts } from './hosts/suggest-hosts'
import { applyUndoing, planUndoing } from './undo/undo'
import { finishSnapshot, listUnfinished } from './snapshots/unfinished-snapshots'

/** Who does what: the contract's table once more, with the hands that do the work. */
export const handlers: Handlers = {
  'hosts.list': listHosts,
  'hosts.suggest': suggestHosts,
  'hosts.add': addHost,
  'hosts.remove': removeHost,
  'hosts.describe': describeHost,
  'hosts.engines': listEngines,
  'hosts.connect': connectHost,
  'hosts.disconnect': disconnectHost,
  'hosts.log': hostLog,
  'prompts.list': listPrompts,
  'prompts.answer': answerPrompt,
  'containers.list': listContainers,
  'containers.inspect': inspectContainer,
  'containers.resume': resumeContainer,
  'changes.list': listChanges,
  'changes.open': openChanges,
  'changes.rows': changeRows,
  'changes.seen': seeChanges,
  'changes.refresh': refreshChanges,
  'changes.rest': restChanges,
  'changes.describe': describeChange,
  'changes.lost': lostChanges,
  'changes.export': exportChanges,
  'changes.close': closeChanges,
  'content.read': readContent,
  'content.save': saveContent,
  'undo.plan': planUndoing,
  'undo.apply': applyUndoing,
  'files.choose': chooseFile,
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
  'storage.notices': listNotices,
  'log.show': showLog,
}
