import { describe, expect, test } from 'vitest'
import { MessageBudget } from '../../../../electron/transport/ssh2/guard/message-budget'

const ignore = 2

/** A budget with a clock of its own, and how many messages it lets through until the first that it does not. */
function budget() {
  let now = 0
  const one = new MessageBudget(() => now)
  const until = () => {
    let count = 0
    while (one.spend(ignore)) count += 1
    return count
  }
  return { one, until, wait: (milliseconds: number) => (now += milliseconds) }
}

describe('how many messages without anything in them a server may send', () => {
  test('some thousand at once', () => {
    expect(budget().until()).toBe(2000)
  })

  test('and ten every second for hours', () => {
    const { one, wait } = budget()
    let borne = 0
    for (let second = 0; second < 10_000; second += 1) {
      wait(1000)
      for (let at = 0; at < 10; at += 1) if (one.spend(ignore)) borne += 1
    }
    expect(borne).toBe(100_000)
  })

  test('more where something was sent, but not without an end', () => {
    const { one, until } = budget()
    one.earn(1_000_000)
    expect(until()).toBe(20_000)
  })

  test('padding beside each piece of data', () => {
    const { one } = budget()
    let borne = 0
    for (let at = 0; at < 100_000; at += 1) {
      one.earnPadding()
      if (one.spend(ignore)) borne += 1
    }
    expect(borne).toBe(100_000)
  })

  test('and which came most often is known', () => {
    const { one } = budget()
    one.spend(4)
    for (let at = 0; at < 3; at += 1) one.spend(80)
    expect(one.most).toBe(80)
  })
})
