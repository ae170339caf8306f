import { failed } from '../../../core/base/failure'

/**
 * Replaces `%x` by the token of that letter and `%%` by `%` (misc.c, percent_expand).
 * @param option where the text stands, for the message
 * @throws FailureError `invalid-input` for a token that the option does not have
 */
export function expandTokens(text: string, tokens: Readonly<Record<string, string>>, option: string): string {
  return text.replace(/%([\s\S]?)/g, (token, letter: string) => {
    if (letter === '%') return '%'
    const value = Object.hasOwn(tokens, letter) ? tokens[letter] : undefined
    if (value === undefined)
      throw failed(
        'invalid-input',
        `${option} ${text} in the SSH configuration has the token ${token}, which is not known there.`,
        'Write %% for a percent sign.',
      )
    return value
  })
}

/**
 * Replaces `${NAME}` by variables of the environment (misc.c, dollar_expand).
 * @throws FailureError `invalid-input` for one that is not set
 */
export function expandVariables(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
  option: string,
): string {
  return text.replace(/\$\{([^}]*)\}/g, (_reference, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined
    if (value === undefined)
      throw failed(
        'invalid-input',
        `${option} ${text} in the SSH configuration names the variable ${name}, which is not set.`,
        'Set the variable where Lamina is started, or write the path out.',
      )
    return value
  })
}

/**
 * Replaces `~` and `~name` at the beginning by a home folder (misc.c, tilde_expand).
 * @param others homes of other users by name (`user-homes.ts`)
 * @throws FailureError `invalid-input` for a user who is not among them
 */
export function expandTilde(
  path: string,
  home: string,
  others: ReadonlyMap<string, string> = new Map(),
): string {
  const [tilde = '', name = ''] = /^~([^/]*)/.exec(path) ?? []
  if (tilde === '') return path
  const folder = name === '' ? home : others.get(name)
  if (folder === undefined)
    throw failed(
      'invalid-input',
      `The path ${path} for SSH begins with the home of the user ${name}, who does not exist on this machine.`,
      'Correct the name, or write the path out.',
    )
  return folder + path.slice(tilde.length)
}
