/**
 * Does something with each, `limit` at a time, and gives the answers in the order of the items; after a failure nothing more is begun,
 * and what is under way has ended when this throws.
 */
export async function mapAtOnce<T, R>(
  items: readonly T[],
  limit: number,
  action: (item: T) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = [];
  const waiting = items.entries();
  let failed = false;
  const worker = async () => {
    for (const [index, item] of waiting) {
      if (failed) return;
      answers[index] = await action(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: limit }, worker));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return answers;
}

/**
 * Does something with each, `limit` at a time, whatever becomes of the others.
 * @throws once all have ended, what went wrong: the error itself, or all of them in one
 */
export async function eachAtOnce<T>(
  items: readonly T[],
  limit: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  await mapAtOnce(items, limit, (item) =>
    action(item).catch((error: unknown) => {
      failures.push(error);
    }),
  );
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join(' ; '));
}
