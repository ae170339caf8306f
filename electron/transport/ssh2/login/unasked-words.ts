import type { Client } from 'ssh2'

type Handler = (protocol: unknown, name: unknown, instructions: unknown, prompts: unknown) => void

/**
 * Hears what a server says in questions without a field (RFC 4256, section 3.4), such as PAM's reason to let nobody in: ssh2 answers them
 * by itself and tells nobody. To be called when the connection is being made; ssh2 gives no other way to them.
 */
export function hearUnaskedWords(client: Client, heard: (words: string) => void): void {
  const { _protocol } = client as unknown as {
    _protocol?: { _handlers?: Record<string, Handler | undefined> }
  }
  const handlers = _protocol?._handlers
  const usual = handlers?.[question]
  if (handlers === undefined || usual === undefined) return
  handlers[question] = (protocol, name, instructions, prompts) => {
    if (Array.isArray(prompts) && prompts.length === 0) heard([name, instructions].map(String).join('\n'))
    usual(protocol, name, instructions, prompts)
  }
}

const question = 'USERAUTH_INFO_REQUEST'
