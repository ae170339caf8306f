/** How long a snapshot is waited for, and how often it is looked for, in milliseconds. */
export const snapshotLimits = {
  /** Without any answer, after which nobody waits for a lost host any longer. */
  patience: 45_000,
  /** After which a commit that may still run is left to be found later. */
  longestCommit: 10 * 60_000,
  /** The same where no pause ever proves that it runs. */
  longestUnproven: 2 * 60_000,
  /** The same where the commit was forbidden, most likely by a rule that lets no commit through. */
  longestForbidden: 30_000,
  /** For one look at the outcome. */
  lookTimeout: 20_000,
  /** Between two looks while the host answers, and at most while it does not. */
  lookEvery: 1_000,
  lookAtMostEvery: 8_000,
  /** Between two looks while the engine's answer is still waited for. */
  lookBesideEvery: 10_000,
  /** In which a commit may still be under way of which nothing is to be seen. */
  longestUnseen: 10 * 60_000,
  /** In which an engine that was asked for a commit may not have begun it. */
  timeToBegin: 15_000,
  /**
   * Once a commit is done, for the events that belong to it. An engine tells them before it answers; only where one does not come at all is so
   * much time lost, and where this process or the line is busy, too little would call a snapshot unsteady that is not.
   */
  lateEvents: 10_000,
}
