/** All that comes in batches, one after the other. */
export async function allOf<Value>(batches: AsyncIterable<readonly Value[]>): Promise<Value[]> {
  const all: Value[] = []
  for await (const some of batches) all.push(...some)
  return all
}
