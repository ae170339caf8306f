import type { OperationOutput } from '../../contract/contract'
import { displayName } from '../../core/base/display-name'
import type { KeyProblem } from '../../core/hosts/key-problem'
import type { Prompt } from '../../core/hosts/prompt'

type ShownPrompt = OperationOutput<'prompts.list'>[number]['prompt']

/** More characters than this are no question. */
const longestText = 2_000

/** A question as it may be drawn: what a server or a file name put into it can do nothing to a screen. */
export function shownPrompt(prompt: Prompt): ShownPrompt {
  switch (prompt.kind) {
    case 'host-key':
      return shownHostKey(prompt)
    case 'passphrase':
      return { kind: prompt.kind, keyFile: safe(prompt.keyFile), attempt: prompt.attempt }
    case 'password':
      return {
        kind: prompt.kind,
        user: safe(prompt.user),
        host: safe(prompt.host),
        attempt: prompt.attempt,
        ...shownKeys(prompt),
      }
    case 'keyboard-interactive':
      return {
        kind: prompt.kind,
        user: safe(prompt.user),
        host: safe(prompt.host),
        name: safe(prompt.name),
        instructions: lines(prompt.instructions),
        fields: prompt.fields.map(({ text, echo }) => ({ text: lines(text), echo })),
        ...shownKeys(prompt),
      }
  }
}

type HostKeyPrompt = Extract<Prompt, { kind: 'host-key' }>

function shownHostKey(prompt: HostKeyPrompt): ShownPrompt {
  const { kind, host, keyType, fingerprint, file, knownAs, hasAuthority, unread } = prompt
  return {
    kind,
    host: safe(host),
    keyType: safe(keyType),
    fingerprint: safe(fingerprint),
    ...(file === undefined ? {} : { file: safe(file) }),
    ...(knownAs === undefined ? {} : { knownAs: shownNames(knownAs) }),
    ...(hasAuthority === undefined ? {} : { hasAuthority }),
    ...(unread === undefined ? {} : { unread: unread.map(safe) }),
  }
}

function shownNames({ total, first }: NonNullable<HostKeyPrompt['knownAs']>) {
  return {
    total,
    first: first.map((one) => ({
      ...(one.names === undefined ? {} : { names: safe(one.names) }),
      file: safe(one.file),
      line: one.line,
    })),
  }
}

function shownKeys({ keysLeftAside }: Extract<Prompt, { keysLeftAside?: unknown }>): {
  keysLeftAside?: { key: string; problem: KeyProblem }[]
} {
  if (keysLeftAside === undefined) return {}
  return { keysLeftAside: keysLeftAside.map(({ key, problem }) => ({ key: safe(key), problem })) }
}

function safe(text: string): string {
  return displayName(text.length > longestText ? `${text.slice(0, longestText)}…` : text)
}

/** Instructions have lines of their own (RFC 4256, 3.2). */
function lines(text: string): string {
  return text
    .slice(0, longestText)
    .split(/\r?\n/)
    .map((line) => displayName(line))
    .join('\n')
    .trim()
}
