import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { chooseFolders, framebufferFolder, freeBytes, isTmpfs, makeFolders } from "./folders.ts";
import { openLog } from "./log.ts";
import { openNtHashStore } from "./ntHashStore.ts";

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "hf-state-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test("folders are those of the options, then the environment, then the system or the user", () => {
  assert.deepEqual(chooseFolders({}, {}, 0), {
    run: "/run/holdfast",
    state: "/var/lib/holdfast",
    config: "/etc/holdfast/holdfast.toml",
  });
  assert.deepEqual(chooseFolders({ run: "/a" }, { HOLDFAST_RUN: "/b", HOLDFAST_STATE: "/c", HOME: "/h" }, 1000), {
    run: "/a",
    state: "/c",
    config: "/h/.config/holdfast/holdfast.toml",
  });
  assert.deepEqual(chooseFolders({}, { HOME: "/h", XDG_RUNTIME_DIR: "/run/user/7", XDG_STATE_HOME: "/s" }, 7), {
    run: "/run/user/7/holdfast",
    state: "/s/holdfast",
    config: "/h/.config/holdfast/holdfast.toml",
  });
});

test("the state folder is for its owner alone, the run folder may be passed through", (t) => {
  const parent = folder(t);
  const folders = { run: join(parent, "r/run"), state: join(parent, "s/state"), config: "" };

  makeFolders(folders);
  makeFolders(folders);

  assert.deepEqual([statSync(folders.run).mode & 0o777, statSync(folders.state).mode & 0o777], [0o711, 0o700]);
});

test("a framebuffer is never on a disk", (t) => {
  const onDisk = folder(t);
  if (isTmpfs(onDisk)) return t.diagnostic("the temporary folder is a tmpfs");

  assert.deepEqual(framebufferFolder(onDisk, "7"), { is: "inSharedMemory", path: "/dev/shm/holdfast-7" });
  assert.deepEqual(framebufferFolder("/dev/shm", "7"), { is: "inSessionFolder", path: "/dev/shm/framebuffer" });
  assert.ok(0 < freeBytes("/dev/shm"));
});

test("NT hashes are kept by user, in a file for root alone", (t) => {
  const state = folder(t);
  const store = openNtHashStore(state);
  const hash = Uint8Array.from({ length: 16 }, (_, index) => index * 16);

  assert.equal(store.read("anna"), undefined);
  store.write("bert", hash);
  store.write("anna", hash.toReversed());
  store.write("anna", hash);

  assert.deepEqual(
    [store.read("anna"), store.users(), openNtHashStore(state).read("bert")],
    [hash, ["anna", "bert"], hash],
  );
  assert.equal(statSync(join(state, "nt-hashes")).mode & 0o777, 0o600);
  assert.deepEqual([store.remove("anna"), store.remove("anna"), store.users()], [true, false, ["bert"]]);
  assert.throws(() => store.write("a:b", hash), /not a user's name/u);
  assert.throws(() => store.write("c", hash.subarray(1)), /16 bytes/u);
});

test("NT hashes that others may read are refused", (t) => {
  const state = folder(t);
  const store = openNtHashStore(state);
  store.write("anna", new Uint8Array(16));
  chmodSync(join(state, "nt-hashes"), 0o644);

  assert.throws(() => store.read("anna"), /may be read by others/u);
});

test("a damaged line of the NT hashes is named", (t) => {
  const state = folder(t);
  writeFileSync(join(state, "nt-hashes"), "anna:00\n", { mode: 0o600 });

  assert.throws(() => openNtHashStore(state).users(), /line 1/u);
});

test("a log line has time, level, event and facts", (t) => {
  const file = join(folder(t), "log");
  const log = openLog({ to: { file }, facts: { process: "service" } });

  log.debug("hidden");
  log.with({ session: 3 }).warn("gone", { why: 'no "idea"\nat all', who: undefined });

  assert.match(
    readFileSync(file, "utf8"),
    /^\d{4}-\d\d-\d\dT[\d:.]+Z warn gone process=service session=3 why="no \\"idea\\"\\nat all"\n$/u,
  );
});
