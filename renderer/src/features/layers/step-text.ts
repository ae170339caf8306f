/** What made a layer, without the wrapping that builders put around an instruction. */
export function stepText(createdBy: string): string {
  const text = createdBy
    .replace(/\s+/g, ' ')
    .replace(/\b(file|dir|multi):[0-9a-f]{64}\b/g, '$1:…')
    .replace(/ # buildkit$/, '')
    .trim()
  const noOperation = /^\/bin\/sh -c #\(nop\) +(.*)$/.exec(text)
  if (noOperation?.[1] !== undefined) return noOperation[1]
  const run = /^(?:RUN )?(?:\|\d+ .*?)?\/bin\/sh -c (.*)$/.exec(text)
  return run?.[1] === undefined ? text : `RUN ${run[1]}`
}
