import { acceptedRsaSignatures } from '../../../../electron/transport/ssh2/algorithms/accepted-keys'
import { allowedAlgorithms } from '../../../../electron/transport/ssh2/algorithms/algorithms'
import { hopFrom } from '../../../../electron/transport/ssh-config/hop'
import type { HostOptions } from '../../../../electron/transport/ssh-config/files/host-options'
import { warningsAbout } from '../../../../electron/transport/ssh-config/files/keywords'
import {
  wishesFor,
  type HopSettings,
  type SshEnvironment,
} from '../../../../electron/transport/ssh-config/hop-settings'
import { sameJump } from './config-cases'

/** All that is taken from options, in a form to compare. */
export function taken(options: HostOptions, environment: SshEnvironment): object {
  const { settings, usualIdentities, warnings } = hopFrom(options, environment)
  const said = [...warnings, ...warningsAbout(options.set)].sort()
  const jump = sameJump(options.values.get('proxyjump')?.[0])
  const knownHostsCommand = settings.knownHostsCommand?.({ H: 'a', I: 'b', t: 'c', f: 'd', K: 'e' })
  return { ...settings, ...algorithmsOf(settings), knownHostsCommand, usualIdentities, said, jump }
}

/** What the lists of algorithms come to, in place of themselves; OpenSSH completes them in an order of its own. */
function algorithmsOf(settings: HopSettings): object {
  const { kex, serverHostKey, cipher, hmac } = allowedAlgorithms(wishesFor(settings))
  // OpenSSH has not all of the key exchanges with fixed groups.
  const known = kex.filter((name) => !/group1[57]-/.test(name))
  const offered = [known, serverHostKey, cipher, hmac].map((names) => [...names].sort())
  return { algorithmChoices: undefined, offered, signatures: [...acceptedRsaSignatures(settings)].sort() }
}
