import { seconds } from "#base/units.ts";

export interface CpuProfile {
  /** The profile as text (`.cpuprofile`), of at most the first ten minutes; again: the empty text. */
  stop(): Promise<string>;
}

/** Notes a hundred times a second what this process does. Where that cannot be had the profile is empty. */
export async function startCpuProfile(): Promise<CpuProfile> {
  const { Session } = await import("node:inspector/promises");
  const session = new Session();
  let finished: Promise<string> | undefined;
  const finish = (): Promise<string> => (finished ??= read());
  const timer = setTimeout(() => void finish(), profiledAtMost).unref();
  const read = async (): Promise<string> => {
    try {
      const { profile } = await session.post("Profiler.stop");
      return JSON.stringify(profile);
    } catch {
      // It never began: somebody else's debugger has this process, say.
      return "";
    } finally {
      session.disconnect();
    }
  };
  try {
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: sampledEvery });
    await session.post("Profiler.start");
  } catch {
    finished = Promise.resolve("");
  }
  let isTaken = false;
  return {
    stop: async () => {
      clearTimeout(timer);
      const text = await finish();
      if (isTaken) return "";
      isTaken = true;
      return text;
    },
  };
}

const profiledAtMost = seconds(600);
/** In microseconds. */
const sampledEvery = 10_000;
