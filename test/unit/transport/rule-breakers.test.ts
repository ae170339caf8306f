import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { hostThat } from '../../builders/hosts/scripted-host'
import { nobodyAborts, person } from '../../builders/hosts/ssh-host'
import { payload, type RawConnection } from '../../engines/faults/raw-connection'

const kibibytes32 = Buffer.alloc(32 * 1024)
const misbehaved = (says: RegExp) => ({
  failure: { kind: 'server-misbehaved', message: expect.stringMatching(says) as string },
})

/** What a server does on the first of its two streams, by the number that the client gave it, when both are open. */
type Attack = (raw: RawConnection, theirs: number) => void

/** A host with two open streams, of which the first one is attacked and the second one is to see what becomes of the connection. */
async function attacked(
  attack: Attack,
): Promise<{ readonly stream: Duplex; readonly loss: Promise<unknown> }> {
  let raw: RawConnection | undefined
  const numbers: number[] = []
  const transport = await hostThat({
    meet: (one) => (raw = one),
    stream: (_, asked) => {
      const { outgoing } = asked.accept() as unknown as { readonly outgoing: { readonly id: number } }
      numbers.push(outgoing.id)
    },
  })
  const stream = await transport.openStream('/x', nobodyAborts)
  const witness = await transport.openStream('/x', nobodyAborts)
  const loss = once(witness, 'error').then(([error]) => error as unknown)
  const [theirs] = numbers
  if (raw === undefined || theirs === undefined) throw new Error('The server has no stream.')
  attack(raw, theirs)
  return { stream, loss }
}

describe('a server that breaks the rules of a channel', () => {
  test.each<[string, Attack, RegExp]>([
    [
      'with more data than there is room for',
      (raw, id) => {
        for (let sent = 0; sent < 5 * 1024 * 1024; sent += kibibytes32.length)
          raw.send(payload(94, [id], kibibytes32))
      },
      /sends more on a channel than it was given room for/,
    ],
    [
      'with more data of an unknown kind than there is room for',
      (raw, id) => void raw.flood(Array.from({ length: 3000 }, () => payload(95, [id], [7], 'x'))),
      /SSH_MSG_CHANNEL_EXTENDED_DATA/,
    ],
    [
      'with more room than there can be',
      (raw, id) => {
        raw.send(payload(93, [id], [0xffff_ffff]))
      },
      /gives more room on a channel than there can be/,
    ],
    [
      'with room byte by byte',
      (raw, id) => void raw.flood(Array.from({ length: 50_000 }, () => payload(93, [id], [1]))),
      /SSH_MSG_CHANNEL_WINDOW_ADJUST/,
    ],
    [
      'with data of no bytes',
      (raw, id) => void raw.flood(Array.from({ length: 50_000 }, () => payload(94, [id], ''))),
      /SSH_MSG_CHANNEL_DATA/,
    ],
    [
      'with data behind its end',
      (raw, id) => {
        raw.send(payload(96, [id]))
        void raw.flood(Array.from({ length: 50_000 }, () => payload(94, [id], 'x')))
      },
      /SSH_MSG_CHANNEL_DATA/,
    ],
    [
      'with data behind its closing',
      (raw, id) => {
        raw.send(payload(97, [id]))
        raw.send(payload(94, [id], 'x'))
      },
      /sends data on a channel that is not open/,
    ],
    [
      'with one status after the other',
      (raw, id) =>
        void raw.flood(Array.from({ length: 50_000 }, () => payload(98, [id], 'exit-status', true, [1]))),
      /SSH_MSG_CHANNEL_REQUEST/,
    ],
    [
      'saying yes to nothing',
      (raw, id) => void raw.flood(Array.from({ length: 50_000 }, () => payload(99, [id]))),
      /SSH_MSG_CHANNEL_SUCCESS/,
    ],
    [
      'saying no to nothing',
      (raw, id) => void raw.flood(Array.from({ length: 50_000 }, () => payload(100, [id]))),
      /SSH_MSG_CHANNEL_FAILURE/,
    ],
    [
      'ending again and again',
      (raw, id) => void raw.flood(Array.from({ length: 50_000 }, () => payload(96, [id]))),
      /SSH_MSG_CHANNEL_EOF/,
    ],
    [
      'closing again and again',
      (raw, id) => void raw.flood(Array.from({ length: 50_000 }, () => payload(97, [id]))),
      /SSH_MSG_CHANNEL_CLOSE/,
    ],
    [
      'giving a channel again and again',
      (raw, id) =>
        void raw.flood(Array.from({ length: 50_000 }, () => payload(91, [id], [0], [0x20_0000], [0x8000]))),
      /SSH_MSG_CHANNEL_OPEN_CONFIRMATION/,
    ],
    [
      'refusing a channel that it gave',
      (raw, id) => void raw.flood(Array.from({ length: 50_000 }, () => payload(92, [id], [1], '', ''))),
      /SSH_MSG_CHANNEL_OPEN_FAILURE/,
    ],
  ])('%s is cut off', async (_, attack, says) => {
    const { loss } = await attacked(attack)
    expect(await loss).toMatchObject(misbehaved(says))
  })

  test('with more than there is room for on one that was given up is cut off', async () => {
    const { stream, loss } = await attacked((raw, id) => {
      setImmediate(() => void raw.flood(Array.from({ length: 400 }, () => payload(94, [id], kibibytes32))))
    })
    stream.destroy()
    expect(await loss).toMatchObject(misbehaved(/sends more on a channel/))
  })

  test.each([0, 1, 255])('and takes %i bytes in a packet is cut off', async (size) => {
    let raw: RawConnection | undefined
    const transport = await hostThat({
      meet: (one) => {
        raw = one
        const { connection } = one
        connection.removeAllListeners('openssh.streamlocal')
      },
      stream: () => {
        raw?.send(payload(91, [0], [0], [0x20_0000], [size]))
      },
    })
    await expect(transport.openStream('/x', nobodyAborts)).rejects.toMatchObject(
      misbehaved(new RegExp(`takes no more than ${String(size)} bytes in a packet`)),
    )
  })

  test('in a small way is borne: what is sent beyond the room is read as well', async () => {
    const { stream } = await attacked((raw, id) => {
      const bytes = Buffer.alloc(64 * 1024, 7)
      for (let sent = 0; sent < 2 * 1024 * 1024 + 128 * 1024; sent += bytes.length / 2)
        raw.send(payload(94, [id], bytes.subarray(0, bytes.length / 2)))
      raw.send(payload(96, [id]))
      raw.send(payload(97, [id]))
    })
    let length = 0
    for await (const part of stream as AsyncIterable<Buffer>) length += part.length
    expect(length).toBe(2 * 1024 * 1024 + 128 * 1024)
  })
})

describe('a server that breaks the rules of the connection', () => {
  test.each([40_000, 300_000])('with a packet of %i bytes is cut off', async (size) => {
    const { loss } = await attacked((raw) => {
      raw.send(payload(2, Buffer.alloc(size)))
    })
    // A line that garbles what goes over it looks the same, so that it is tried again after a while.
    expect(await loss).toMatchObject({
      failure: { kind: 'connection-lost', message: expect.stringContaining('Bad packet length') as string },
    })
  })

  test('with new keys again and again is cut off', async () => {
    let connections = 0
    const transport = await hostThat({
      meet: ({ connection }) => {
        connections += 1
        const again = () => (connection as unknown as { rekey(done: () => void): void }).rekey(again)
        connection.once('ready', again)
      },
    })
    const error = await transport.openStream('/x', nobodyAborts).catch((error: unknown) => error)
    const settled = (error as { failure: { kind: string } }).failure.kind === 'server-misbehaved'
    const seen = settled
      ? error
      : await transport.openStream('/x', nobodyAborts).catch((error: unknown) => error)
    expect(seen).toMatchObject(misbehaved(/wants new keys again and again/))
    expect(connections).toBe(1)
  })

  test.each<[string, Buffer, RegExp]>([
    [
      'thousands of questions at once',
      payload(
        60,
        'x',
        '',
        '',
        [5000],
        ...Array.from({ length: 10_000 }, (_, at) => (at % 2 === 0 ? '' : false)),
      ),
      /asks 5000 questions at once/,
    ],
    [
      'as many questions as there are numbers',
      payload(60, 'x', '', '', [0xffff_ffff]),
      /asks 4294967295 questions/,
    ],
  ])('with %s is cut off and asks nobody', async (_, question, says) => {
    const somebody = person(['one'])
    let raw: RawConnection | undefined
    const transport = await hostThat({
      meet: (one) => (raw = one),
      login: (attempt) => {
        if (attempt.method === 'keyboard-interactive') raw?.send(question)
        else attempt.reject(['keyboard-interactive'])
      },
    })
    await expect(transport.open(somebody, nobodyAborts)).rejects.toMatchObject(misbehaved(says))
    expect(somebody.asked).toEqual([])
  })

  test.each<[string, readonly string[]]>([
    ['question after question', ['Code: ']],
    ['question after question without a field', []],
  ])('with %s is cut off', async (_, fields) => {
    const somebody = person(...Array<string[]>(200).fill(['again']))
    const transport = await hostThat({
      login: (attempt) => {
        if (attempt.method !== 'keyboard-interactive') {
          attempt.reject(['keyboard-interactive'])
          return
        }
        const again = () => {
          attempt.prompt([...fields], 'Log in', again)
        }
        again()
      },
    })
    await expect(transport.open(somebody, nobodyAborts)).rejects.toMatchObject(
      misbehaved(/asks question after question in one login, 60 times so far/),
    )
  })
})
