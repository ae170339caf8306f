/** What all give that was begun side by side; where one fails only once the others ended, so that nothing goes on behind a failure. */
export async function allDone<Values extends readonly unknown[]>(work: {
  readonly [Index in keyof Values]: Promise<Values[Index]>
}): Promise<Values> {
  await Promise.allSettled(work)
  return await Promise.all(work)
}
