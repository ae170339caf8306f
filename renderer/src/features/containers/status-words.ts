import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { displayName } from '../../../../electron/core/base/display-name'

const units = ['second', 'minute', 'hour', 'day', 'week', 'month', 'year'] as const
/** How Docker's and Podman's lists tell how long something is (docker/go-units, HumanDuration). */
const duration = `(?:(?<vague>Less than|About) an? |(?<count>\\d{1,6}) )(?<unit>${units.join('|')})s?`
const health = `(?: \\((?<more>Paused|healthy|unhealthy|health: starting)\\))?`
const running = new RegExp(`^Up ${duration}${health}$`)
const ended = new RegExp(`^(?<state>Exited|Restarting) \\((?<code>-?\\d{1,10})\\) ${duration} ago$`)
const states = {
  Created: 'created',
  Dead: 'dead',
  Paused: 'paused',
  'Removal In Progress': 'removing',
} as const
const healths = {
  Paused: 'paused',
  healthy: 'healthy',
  unhealthy: 'unhealthy',
  'health: starting': 'starting',
} as const

/** How a message is looked up, and with what. */
type Translate = (key: string, named?: Readonly<Record<string, string>>) => string

/** A container's status in the language of `locale`; what no list of an engine says stays as the engine says it. */
export function statusWords(status: string, t: Translate, locale: string): string {
  const up = running.exec(status)?.groups
  if (up !== undefined) {
    const text = t('status.up', { time: timeWords(up, t, locale) })
    const more = Object.entries(healths).find(([name]) => name === up['more'])?.[1]
    return more === undefined ? text : t('status.with', { status: text, more: t(`status.${more}`) })
  }
  const end = ended.exec(status)?.groups
  if (end !== undefined) {
    const time = timeWords(end, t, locale)
    const code = end['code'] ?? ''
    return end['state'] === 'Exited'
      ? t('status.exited', { code, time })
      : t('status.restarting', { code, time })
  }
  const state = Object.entries(states).find(([name]) => name === status)?.[1]
  if (state !== undefined) return t(`status.${state}`)
  return displayName(status.charAt(0).toLowerCase() + status.slice(1))
}

function timeWords(
  { vague, count = '1', unit = '' }: Record<string, string | undefined>,
  t: Translate,
  locale: string,
): string {
  const known = units.find((one) => one === unit) ?? 'second'
  const format = { style: 'unit', unit: known, unitDisplay: 'long' } as const
  const time = new Intl.NumberFormat(locale, format).format(Number(count))
  if (vague === undefined) return time
  return vague === 'About' ? t('status.about', { time }) : t('status.lessThan', { time })
}

/** Gives a container's status in the window's language. */
export function useStatusWords(): ComputedRef<(status: string) => string> {
  const { t, locale } = useI18n()
  const translate: Translate = (key, named) => t(key, named ?? {})
  return computed(() => (status) => statusWords(status, translate, locale.value))
}
