import type { TestContext } from "node:test";

/**
 * Does this after the test, in the opposite order of the calls: what was made last is taken back first (`t.after` keeps
 * the order of the calls). All of it is done, also when a part fails; then the test fails.
 */
export function afterwards(t: TestContext, act: () => unknown): void {
  let stack = stacks.get(t);
  if (stack === undefined) {
    const made = new AsyncDisposableStack();
    stack = made;
    stacks.set(t, made);
    t.after(() => made.disposeAsync());
  }
  stack.defer(async () => {
    await act();
  });
}

const stacks = new WeakMap<TestContext, AsyncDisposableStack>();
