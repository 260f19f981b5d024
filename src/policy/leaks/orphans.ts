import { sessionId } from "#base/ids.ts";
import type { LeakOwner, OrphanFinding } from "./finding.ts";

/** A process with the mark of a session of this installation on it, or below one that has it. */
export interface MarkedProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly startedAt: number;
  readonly command: string;
  readonly uid: number;
  /** The session in whose environment it was started. */
  readonly session: number;
  /** A keeper is above it, whosesoever. */
  readonly kept: boolean;
  /** The display that it serves. */
  readonly display?: number;
}

/** What is on the host, as far as it could be a session's. */
export interface HostView {
  readonly sessions: readonly {
    readonly id: number;
    readonly uid: number;
    readonly keeperPid: number;
    /** Of the keeper's process; undefined: it cannot be seen. */
    readonly startedAt: number | undefined;
  }[];
  /** Those with a session's mark only. */
  readonly processes: readonly MarkedProcess[];
  /** Sockets and locks of X displays whose server does not answer. */
  readonly displays: readonly { readonly display: number; readonly path: string; readonly why: string }[];
  /** Shared memory that nobody has mapped and whose maker has ended: System V segments, files of /dev/shm. */
  readonly memory: readonly {
    readonly is: "segment" | "sharedMemoryFile";
    readonly name: string;
    readonly uid: number;
    readonly megabytes: number;
    /** A session's framebuffer, whose keeper has ended. */
    readonly framebuffer?: boolean;
  }[];
  /** Sessions' folders whose keeper's socket does not answer. */
  readonly folders: readonly { readonly id: number; readonly path: string }[];
  /** Login sessions of Holdfast whose leading process has ended. */
  readonly logins: readonly { readonly name: string; readonly uid: number; readonly leader: number }[];
  /** What is mounted below a session's folder. */
  readonly mounts: readonly { readonly path: string; readonly session: number }[];
  /** Whoever has a process on the host. */
  readonly usersAtWork: ReadonlySet<number>;
  readonly nameOf: (uid: number) => string;
  /** The user that this installation runs as. */
  readonly ownUid: number;
}

/**
 * What belongs to no live session. Doubt is in favour of the living: below any keeper, or started in a session that is
 * there now, is not an orphan; what its user may still reach from a session that he has now is named and left alone.
 */
export function orphansOf(view: HostView): readonly OrphanFinding[] {
  return [
    ...view.processes.filter((each) => isOrphan(each, view)).map((each) => processFinding(each, view)),
    ...view.displays.map(displayFinding),
    ...view.memory.filter((each) => isAbandoned(each, view)).map((each) => memoryFinding(each, view)),
    ...view.folders.filter(({ id }) => !isLive(id, view)).map(folderFinding),
    ...view.logins.map((each) => loginFinding(each, view)),
    ...view.mounts.filter(({ session }) => !isLive(session, view)).map(mountFinding),
  ];
}

function isLive(id: number, { sessions }: HostView): boolean {
  return sessions.some((session) => session.id === id);
}

function isOrphan(process: MarkedProcess, { sessions }: HostView): boolean {
  if (process.kept) return false;
  const live = sessions.find(({ id }) => id === process.session);
  // A number is given again: what is older than the keeper was the one's who had it before.
  return live === undefined || (live.startedAt !== undefined && process.startedAt < live.startedAt);
}

function processFinding(process: MarkedProcess, view: HostView): OrphanFinding {
  const { pid, startedAt, command, uid, session, display } = process;
  const isServer = command === "Xvfb";
  const kept = whyKept(process, view);
  return {
    is: "orphan",
    id: `process:${pid}:${startedAt}`,
    owner: ownerOf(uid, view),
    thing: isServer ? "xServer" : "process",
    name: isServer && display !== undefined ? `:${display}` : String(pid),
    process: { pid, startedAt, program: command },
    evidence: [`It was started in session ${session}, whose keeper has ended.`],
    ...(kept === undefined ? {} : { kept }),
  };
}

function whyKept({ uid }: MarkedProcess, { sessions, nameOf, ownUid }: HostView): string | undefined {
  const now = sessions.find((session) => session.uid === uid);
  if (now !== undefined) return `${nameOf(uid)} has session ${now.id} now, and may still use it from there`;
  if (uid === 0 && ownUid === 0) return "it runs as root, and may be a service of the host by now";
  return undefined;
}

function displayFinding({ display, path, why }: HostView["displays"][number]): OrphanFinding {
  return {
    is: "orphan",
    id: `file:${path}`,
    owner: { is: "host" },
    thing: path.endsWith("-lock") ? "displayLock" : "display",
    name: path,
    evidence: [`${why} No X server can take display :${display} as long as it is there.`],
  };
}

function isAbandoned(memory: HostView["memory"][number], { usersAtWork, sessions }: HostView): boolean {
  if (memory.framebuffer === true) return true;
  // Programs leave files of a few bytes there all the time.
  if (memory.is === "sharedMemoryFile" && memory.megabytes < leastMB) return false;
  // Below 1000 are the accounts of services, which may keep such memory on purpose.
  return 1000 <= memory.uid && !usersAtWork.has(memory.uid) && !sessions.some(({ uid }) => uid === memory.uid);
}

function memoryFinding(memory: HostView["memory"][number], view: HostView): OrphanFinding {
  const size = `It holds ${memory.megabytes.toFixed(1)} MB.`;
  const isOthers = memory.is === "sharedMemoryFile" && memory.framebuffer !== true;
  return {
    is: "orphan",
    id: `${memory.is}:${memory.name}`,
    owner: ownerOf(memory.uid, view),
    thing: memory.is,
    name: memory.name,
    evidence: [
      memory.framebuffer === true
        ? `${size} Its keeper has ended.`
        : `${size} ${view.nameOf(memory.uid)} has no session and no process.`,
    ],
    ...(isOthers ? { kept: "it is a user's file" } : {}),
  };
}

function folderFinding({ path, id }: HostView["folders"][number]): OrphanFinding {
  return {
    is: "orphan",
    id: `folder:${path}`,
    owner: { is: "holdfast" },
    thing: "sessionFolder",
    name: path,
    evidence: [`Nobody listens at its keeper.sock; session ${id} is not there.`],
  };
}

function loginFinding({ name, uid, leader }: HostView["logins"][number], view: HostView): OrphanFinding {
  return {
    is: "orphan",
    id: `login:${name}`,
    owner: ownerOf(uid, view),
    thing: "logindSession",
    name,
    evidence: [`Its leader, process ${leader}, has ended.`],
    kept: "logind ends it itself when its last process has ended",
  };
}

function mountFinding({ path, session }: HostView["mounts"][number]): OrphanFinding {
  return {
    is: "orphan",
    id: `mount:${path}`,
    owner: { is: "session", session: sessionId(session), user: "" },
    thing: "mount",
    name: path,
    evidence: [`Session ${session} is not there.`],
    kept: "what is in it may be somebody's",
  };
}

function ownerOf(uid: number, { nameOf }: HostView): LeakOwner {
  return { is: "user", user: nameOf(uid) };
}

const leastMB = 1;
