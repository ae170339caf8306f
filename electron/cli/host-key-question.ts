import type { EventPayload } from '../contract/events'

type HostKeyPrompt = Extract<EventPayload<'prompt.asked'>['prompt'], { kind: 'host-key' }>

/** What a person has to know before they accept an unknown host key, in lines. */
export function hostKeyQuestion(prompt: HostKeyPrompt): string {
  const { host, keyType, fingerprint, file, knownAs, hasAuthority, unread = [] } = prompt
  return [
    `The host ${host} is not known yet. Its ${keyType} key has the fingerprint`,
    `  ${fingerprint}`,
    ...(knownAs === undefined ? [] : otherNames(knownAs)),
    ...(hasAuthority
      ? [
          'known_hosts names a certificate authority for it, which was not asked: host certificates are not supported.',
        ]
      : []),
    ...unread.map((one) => `It may be known in ${one}, which cannot be read.`),
    file === undefined ? 'Accepting it counts for this session only.' : `Accepting it writes it to ${file}.`,
  ].join('\n')
}

function otherNames({ total, first }: NonNullable<HostKeyPrompt['knownAs']>): string[] {
  const more = total - first.length
  return [
    'The same key is known by other names:',
    ...first.map(
      ({ names = '(a hashed name)', file, line }) => `  ${names} in ${file}, line ${String(line)}`,
    ),
    ...(more > 0 ? [`  and ${String(more)} more`] : []),
  ]
}
