/**
 * Everything that is known of something thrown, as a text to read: what went wrong first is told first, then what went
 * wrong while its resources were given back; of each the stack, and the cause if it names one.
 */
export function thrownWords(thrown: unknown): string {
  if (thrown instanceof SuppressedError) {
    return `${thrownWords(thrown.suppressed)}\nand then, on the way out: ${thrownWords(thrown.error)}`;
  }
  if (!(thrown instanceof Error)) return String(thrown);
  const own = thrown.stack ?? thrown.message;
  return thrown.cause === undefined ? own : `${own}\nbecause of: ${thrownWords(thrown.cause)}`;
}
