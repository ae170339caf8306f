import type { Client } from 'ssh2'
import { expect, test } from 'vitest'
import { usualLimits } from '../../../../../electron/transport/limits/command-limits'
import { ConnectionLog } from '../../../../../electron/transport/remote/connection-log'
import type { Link } from '../../../../../electron/transport/ssh2/link/link'
import { SessionChannels } from '../../../../../electron/transport/ssh2/commands/session-channels'
import { nobodyAborts } from '../../../../builders/hosts/ssh-host'

/** Sessions of a server that answers nothing, as over a line that is frozen; `asked` is called with each line that reaches it. */
function unanswered(asked: (line: string) => void): SessionChannels {
  const client = { exec: asked } as unknown as Client
  const link = { client, loss: () => undefined } as unknown as Link
  return new SessionChannels(link, new ConnectionLog(), usualLimits)
}

const cancelled = { failure: { kind: 'cancelled' } }

test('A session that is given up while the server thinks about it was not refused', async () => {
  const giveUp = new AbortController()
  const sessions = unanswered((line) => {
    if (line === 'another') giveUp.abort()
  })
  const { limit } = sessions.slots
  void sessions.start('one', nobodyAborts)
  await expect(sessions.start('another', giveUp.signal)).rejects.toMatchObject(cancelled)
  expect(sessions.slots.limit).toBe(limit)
})

test('A session that is given up before the server is asked is not asked for', async () => {
  const lines: string[] = []
  const sessions = unanswered((line) => lines.push(line))
  const giveUp = new AbortController()
  const started = sessions.start('one', giveUp.signal)
  giveUp.abort()
  await expect(started).rejects.toMatchObject(cancelled)
  expect(lines).toEqual([])
})
