import { commandLineOf, environmentOf } from "#system/processes/processList.ts";
import { seeProcess, type SeenProcess } from "#system/watch/processSample.ts";
import { readdirSync } from "node:fs";
import type { OwnProcess } from "#policy/leaks/unbalanced.ts";
import type { Registry } from "../registry.ts";

export interface OwnProcessesOptions {
  readonly registry: Pick<Registry, "sessions" | "connections">;
  readonly runFolder: string;
  readonly spareConnections: () => readonly number[];
}

/** Which processes of this installation there are, and since when each has been without a connection or session. */
export class OwnProcesses {
  readonly #options: OwnProcessesOptions;
  /** In milliseconds of the clock, by process. */
  #unknownSince = new Map<string, number>();
  #last: readonly { readonly key: string; readonly process: Omit<OwnProcess, "seconds"> }[] = [];

  constructor(options: OwnProcessesOptions) {
    this.#options = options;
  }

  look(now: number): void {
    this.#last = this.#find();
    const unknown = this.#last.filter(({ process }) => !process.known).map(({ key }) => key);
    this.#unknownSince = new Map(unknown.map((key) => [key, this.#unknownSince.get(key) ?? now]));
  }

  list(now: number): readonly OwnProcess[] {
    return this.#last.map(({ key, process }) => {
      return { ...process, seconds: (now - (this.#unknownSince.get(key) ?? now)) / 1000 };
    });
  }

  #find() {
    const { registry, spareConnections } = this.#options;
    const known = new Set([
      ...registry.connections.map(({ pid }) => pid),
      ...registry.sessions.map(({ facts }) => facts.keeperPid),
      ...spareConnections(),
    ]);
    return readdirSync("/proc").flatMap((name) => {
      const pid = Number(name);
      const seen = Number.isInteger(pid) && pid !== process.pid ? seeProcess(pid) : undefined;
      const is = seen === undefined ? undefined : this.#sortOf(seen);
      if (seen === undefined || is === undefined) return [];
      return [{ key: `${pid} ${seen.startedAt} ${is}`, process: { is, pid, known: known.has(pid) } }];
    });
  }

  #sortOf(seen: SeenProcess): OwnProcess["is"] | undefined {
    const isChild = seen.parentPid === process.pid;
    if (isChild && seen.zombie) return "zombies";
    if (!/^(node|MainThread|connection|keeper|authenticator)/u.test(seen.command)) return undefined;
    // From its source, or bundled.
    const names = commandLineOf(seen.pid).map((word) => /\/(\w+)\.m?[jt]s$/u.exec(word)?.[1] ?? "");
    const sort = names.map((name) => programs[name]).find((each) => each !== undefined);
    // Several installations may run on one host; keepers of others are not told apart when they are nobody's child.
    const isOurs = isChild || environmentOf(seen.pid)?.["HOLDFAST_RUN"] === this.#options.runFolder;
    return isOurs ? sort : undefined;
  }
}

const programs: Readonly<Record<string, OwnProcess["is"]>> = {
  connection: "connectionProcesses",
  keeper: "keepers",
  authenticator: "authenticators",
};
