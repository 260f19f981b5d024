import { setTimeout as delay } from "node:timers/promises";

/** Looks again and again until `condition` holds; throws with `what` when it does not within the time given. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { within = 30_000 }: { readonly within?: number } = {},
): Promise<void> {
  const end = performance.now() + within;
  while (!(await condition())) {
    if (end < performance.now()) throw new Error(`did not happen within ${within} ms: ${what}`);
    await delay(20);
  }
}
