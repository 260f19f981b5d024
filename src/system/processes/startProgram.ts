import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";

export interface Program {
  /** The program and its arguments; looked for on `environment.PATH` unless it is a path. */
  readonly command: readonly [string, ...string[]];
  /** Whom it runs as; absent: as this process. */
  readonly as?: RunAs;
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** By descriptor number, as Node's `spawn` takes it. */
  readonly stdio: StdioOptions;
  /**
   * Told at once, before anything else can happen, with the new process; `pid` is undefined when there will be none.
   */
  readonly started?: (child: ChildProcess) => void;
}

export interface RunAs {
  readonly uid: number;
  readonly gid: number;
  /**
   * "ofThisProcess": those that this process has (PAM modules may have added some); "ofTheUser": from the group
   * database.
   */
  readonly groups: "ofThisProcess" | "ofTheUser";
  /** Absent: it has what this process has. */
  readonly confinement?: Confinement;
}

/** What a program and all that it starts are kept within. */
export interface Confinement {
  /** Folders of control groups; one that it cannot enter is left out. */
  readonly groups: readonly string[];
  /** See `oomScore.ts`. */
  readonly oomScore: number;
  /** Of the user in all (RLIMIT_NPROC); absent: as it is. */
  readonly processesPerUser?: number;
}

/**
 * Starts a program as the leader of its own session (setsid). Rejects when it cannot be started: with `code` ENOENT
 * when there is no such program. For another user it goes through setpriv(1), since Node drops all supplementary
 * groups.
 */
export function startProgram(program: Program): Promise<ChildProcess> {
  const command = program.as === undefined ? program.command : withPrivileges(program.as, program.command);
  const [file, ...rest] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, {
      cwd: program.folder,
      env: program.environment,
      stdio: program.stdio,
      detached: true,
    });
    program.started?.(child);
    child.once("error", reject);
    child.once("spawn", () => {
      child.off("error", reject);
      // Later errors (a signal that could not be sent) are seen by whoever sends it.
      child.on("error", () => {});
      resolve(child);
    });
  });
}

function withPrivileges(as: RunAs, command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  const groups = as.groups === "ofThisProcess" ? "--keep-groups" : "--init-groups";
  const unconfined = ["/usr/bin/setpriv", `--reuid=${as.uid}`, `--regid=${as.gid}`, groups, "--", ...command] as const;
  return as.confinement === undefined ? unconfined : confined(as.confinement, unconfined);
}

/** By a shell that is root: once the program runs as its user, what it has started would be outside. */
function confined(
  { groups, oomScore, processesPerUser = 0 }: Confinement,
  command: readonly string[],
): readonly [string, ...string[]] {
  const words = [oomScore, processesPerUser, groups.length].map(String);
  return ["/bin/sh", "-c", enterConfinement, "sh", ...words, ...groups, ...command];
}

// What cannot be done is left undone: a program that is not confined is better than none. dash says -p, others -u.
const enterConfinement = `{ echo "$1" >/proc/self/oom_score_adj; } 2>/dev/null
[ "$2" = 0 ] || ulimit -p "$2" 2>/dev/null || ulimit -u "$2" 2>/dev/null
left=$3; shift 3
while [ 0 -lt "$left" ]; do { echo 0 >"$1/cgroup.procs"; } 2>/dev/null; left=$((left-1)); shift; done
exec "$@"`;
