import { libc } from "./libc.ts";
import { lastSystemCallError } from "./systemCallError.ts";

/**
 * Puts another program in the place of this one (execve(2)): same process id, same parent, same children. Of the
 * descriptors only 0, 1, 2 and `keep` stay open. Returns only by throwing SystemCallError.
 */
export function replaceProcess(
  program: string,
  words: readonly string[],
  options: { readonly environment: Readonly<Record<string, string | undefined>>; readonly keep: readonly number[] },
): never {
  for (const descriptor of options.keep) {
    if (fcntl(descriptor, F_SETFD, 0) !== 0) throw lastSystemCallError("fcntl");
  }
  const environment = Object.entries(options.environment).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  execve(program, [program, ...words, null], [...environment, null]);
  throw lastSystemCallError("execve");
}

/** Another descriptor of the same open file, which this process keeps when it is replaced only where it says so. */
export function duplicate(descriptor: number): number {
  const copy: unknown = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (typeof copy !== "number" || copy < 0) throw lastSystemCallError("fcntl");
  return copy;
}

const F_SETFD = 2;
const F_DUPFD_CLOEXEC = 1030;
const fcntl = libc.func("int fcntl(int, int, int)");
const execve = libc.func("int execve(const char *, const char **, const char **)");
