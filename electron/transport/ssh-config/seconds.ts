import { failed } from '../../core/base/failure'

const unitSeconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/**
 * Seconds that a time of ssh_config means, such as `90`, `1m30s` or `2h` (sshd_config(5), TIME FORMATS); 0 for `none`
 * and where nothing is said.
 * @throws FailureError `invalid-input`
 */
export function secondsIn(text: string | undefined, option: string): number {
  if (text === undefined || text === 'none') return 0
  if (!/^(\d+[smhdw]?)+$/i.test(text))
    throw failed('invalid-input', `${option} ${text} in the SSH configuration is no time.`, 'Write seconds.')
  let seconds = 0
  for (const [, digits, unit] of text.matchAll(/(\d+)([smhdw]?)/gi))
    seconds += Number(digits) * (unitSeconds[(unit ?? '').toLowerCase()] ?? 1)
  return seconds
}
