import assert from "node:assert/strict";
import test from "node:test";
import { orphansOf, type HostView, type MarkedProcess } from "./orphans.ts";

const empty: HostView = {
  sessions: [],
  processes: [],
  displays: [],
  memory: [],
  folders: [],
  logins: [],
  mounts: [],
  usersAtWork: new Set(),
  nameOf: (uid) => `u${uid}`,
  ownUid: 0,
};
const anna = { id: 3, uid: 1001, keeperPid: 50, startedAt: 5000 };
const marked = (facts: Partial<MarkedProcess>): MarkedProcess => ({
  pid: 70,
  parentPid: 1,
  startedAt: 6000,
  command: "tmux",
  uid: 1002,
  session: 7,
  kept: false,
  ...facts,
});
const found = (view: Partial<HostView>) =>
  orphansOf({ ...empty, ...view }).map(({ id, thing, kept }) => ({ id, thing, cleaned: kept === undefined }));

test("a process of a session that is no more is an orphan, and so is its X server", () => {
  const processes = [marked({}), marked({ pid: 71, command: "Xvfb", display: 12 })];

  assert.deepEqual(found({ sessions: [anna], processes }), [
    { id: "process:70:6000", thing: "process", cleaned: true },
    { id: "process:71:6000", thing: "xServer", cleaned: true },
  ]);
});

test("below a keeper, or started in a session that is there, nothing is an orphan, whatever it is called", () => {
  const processes = [
    // A daemon that has left its terminal: the keeper has adopted it.
    marked({ pid: 80, parentPid: 50, session: 3, uid: 1001, kept: true }),
    // Started by a user service: its parent is another, its session is there.
    marked({ pid: 81, session: 3, uid: 1001 }),
    // In a session of another keeper, that this service does not know.
    marked({ pid: 82, session: 9, kept: true }),
  ];

  assert.deepEqual(found({ sessions: [anna], processes }), []);
});

test("the number of a session is given again: what is older than its keeper is an orphan, and not cleaned", () => {
  const processes = [marked({ session: 3, uid: 1001, startedAt: 4000 })];

  assert.deepEqual(found({ sessions: [anna], processes }), [
    { id: "process:70:4000", thing: "process", cleaned: false },
  ]);
});

test("what its user may still reach from a session of now, or runs as root, is named and left alone", () => {
  const processes = [marked({ uid: 1001 }), marked({ pid: 72, uid: 0 })];

  assert.deepEqual(
    found({ sessions: [anna], processes }).map(({ cleaned }) => cleaned),
    [false, false],
  );
});

test("shared memory is an orphan when its user has no process, and services keep theirs", () => {
  const segment = { is: "segment", name: "4", megabytes: 8 } as const;
  const memory = [
    { ...segment, uid: 1002 },
    { ...segment, name: "5", uid: 1003 },
    { ...segment, name: "6", uid: 105 },
    { is: "sharedMemoryFile", name: "/dev/shm/holdfast-4-99", uid: 1003, megabytes: 4, framebuffer: true } as const,
    { is: "sharedMemoryFile", name: "/dev/shm/cache", uid: 1002, megabytes: 4 } as const,
  ];

  assert.deepEqual(found({ memory, usersAtWork: new Set([1003]) }), [
    { id: "segment:4", thing: "segment", cleaned: true },
    { id: "sharedMemoryFile:/dev/shm/holdfast-4-99", thing: "sharedMemoryFile", cleaned: true },
    { id: "sharedMemoryFile:/dev/shm/cache", thing: "sharedMemoryFile", cleaned: false },
  ]);
});

test("folders and mounts are orphans without their session", () => {
  const folders = [3, 4].map((id) => ({ id, path: `/run/holdfast/sessions/${id}` }));
  const mounts = [3, 4].map((session) => ({ session, path: `/run/holdfast/sessions/${session}/user/drive` }));

  assert.deepEqual(found({ sessions: [anna], folders, mounts }), [
    { id: "folder:/run/holdfast/sessions/4", thing: "sessionFolder", cleaned: true },
    { id: "mount:/run/holdfast/sessions/4/user/drive", thing: "mount", cleaned: false },
  ]);
});
