import { bytesOfText, inLowerCase, matchesPatternList } from './patterns'

/** What the criteria of a `Match` line are held against. */
export interface MatchContext {
  /** The name to connect to, as far as it is known by then. */
  readonly host: string
  readonly originalHost: string
  readonly user: string
  readonly localUser: string
  /** Whether the configuration is read for the second time. */
  readonly final: boolean
}

export interface CriteriaMatch {
  readonly matched: boolean
  /** The line asks for the configuration to be read a second time. */
  readonly wantsFinal: boolean
  /** What could not be followed, without a place and a full stop. */
  readonly warning?: string
}

/**
 * Holds criteria against a host (readconf.c, match_cfg_line). What is not understood, and `exec`, which would run a
 * command, makes the line match nothing.
 */
export function matchCriteria(criteria: readonly string[], context: MatchContext): CriteriaMatch {
  let matched = criteria.length > 0
  let wantsFinal = false
  for (let at = 0; at < criteria.length; at++) {
    const written = criteria[at] ?? ''
    const negated = written.startsWith('!')
    const name = (negated ? written.slice(1) : written).toLowerCase()
    let holds: boolean
    if (name === 'all') holds = true
    else if (name === 'final' || name === 'canonical') {
      wantsFinal ||= name === 'final'
      holds = context.final
    } else {
      const argument = criteria[++at]
      if (argument === undefined) return refused(`Match is not followed, for ${name} lacks its argument`)
      if (name === 'exec')
        return refused('Match exec is not run without OpenSSH, so its lines are not followed')
      const answer = criterionHolds(name, argument, context)
      if (answer === undefined) return refused(`Match ${name} is not known, so its lines are not followed`)
      holds = answer
    }
    if (holds === negated) matched = false
  }
  return { matched, wantsFinal }

  function refused(warning: string): CriteriaMatch {
    return { matched: false, wantsFinal, warning }
  }
}

function criterionHolds(name: string, list: string, context: MatchContext): boolean | undefined {
  const patterns = bytesOfText(list)
  const matches = (text: string) => matchesPatternList(bytesOfText(text), patterns)
  const matchesName = (text: string) =>
    matchesPatternList(inLowerCase(bytesOfText(text)), inLowerCase(patterns))
  switch (name) {
    case 'host':
      return matchesName(context.host)
    case 'originalhost':
      return matchesName(context.originalHost)
    case 'user':
      return matches(context.user)
    case 'localuser':
      return matches(context.localUser)
    default:
      return undefined
  }
}
