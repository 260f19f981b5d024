/** Stands in for node:test: tests are declared and not run. */
export function test(): Promise<void> {
  return Promise.resolve();
}
test.skip = test;
test.only = test;
test.todo = test;

export {
  test as it,
  test as describe,
  test as suite,
  test as before,
  test as after,
  test as beforeEach,
  test as afterEach,
};
export default test;
