import { basename, dirname, join } from "node:path";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { constants, setPriority } from "node:os";
import { adminContract } from "#contracts/admin.ts";
import { traceManifestShape, type TraceManifest } from "#contracts/trace.ts";
import { readTraceParts } from "#diagnostics/replay/traceParts.ts";
import { reportPage } from "#diagnostics/report/reportPage.ts";
import { packFolder } from "#diagnostics/trace/archive.ts";
import { hostState, ownProcesses, type TracedProcess } from "#diagnostics/trace/hostState.ts";
import { recordText } from "#diagnostics/trace/recordText.ts";
import { connectContract, type ContractClient } from "#system/rpc/connectContract.ts";
import { CallFailed, ConnectFailed } from "#system/rpc/failures.ts";
import { findings } from "./doctor.ts";

// `collect before FOLDER`, `collect pack FOLDER`: what the service does not do itself for a trace, since it takes
// seconds. Beside everything else: nobody waits for the processor because of it.
type Admin = ContractClient<typeof adminContract>;
const programsMax = 2000;
const usersMax = 100;
const logMax = 2 << 20;
/** Characters of one process's messages in words. */
const messagesMax = 64 << 20;
const [step, folder = ""] = process.argv.slice(2);
setPriority(constants.priority.PRIORITY_LOW);
try {
  const manifest = traceManifestShape.parse(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")));
  if (step === "before") await before(manifest);
  else await pack(manifest);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1));
}

async function before(manifest: TraceManifest): Promise<void> {
  const admin = await service(manifest);
  write("host/before.json", hostState(await processesOf(manifest, admin)));
  admin?.close();
}

async function pack(manifest: TraceManifest): Promise<void> {
  const admin = await service(manifest);
  write("host/after.json", hostState(await processesOf(manifest, admin)));
  if (admin !== undefined) {
    await part("history", () => history(manifest, admin));
    await part("policies", () => policies(manifest, admin));
    admin.close();
  }
  const { run, state, config } = manifest.folders;
  await part("doctor", async () =>
    write("doctor.json", { findings: await findings({ folders: { run, state, config }, version: manifest.version }) }),
  );
  logs(manifest);
  decode();
  await part("report", report);
  const name = manifest.name;
  await packFolder(folder, name, join(dirname(folder), `${name}.tar.gz`));
}

/** A part that cannot be had is missed, and said to be: the others are worth having. A full disk ends it. */
async function part(name: string, gather: () => Promise<void>): Promise<void> {
  try {
    await gather();
  } catch (error) {
    if (isSystemError(error)) throw error;
    write(`${name}-missing.json`, { why: error instanceof Error ? error.message : String(error) });
  }
}

/** undefined: it does not answer. */
async function service({ folders }: TraceManifest): Promise<Admin | undefined> {
  try {
    return await connectContract(adminContract, join(folders.run, "admin.sock"), {});
  } catch (error) {
    if (error instanceof ConnectFailed) return undefined;
    throw error;
  }
}

async function processesOf(manifest: TraceManifest, admin: Admin | undefined): Promise<readonly TracedProcess[]> {
  let programs: readonly TracedProcess[] = [];
  try {
    const listed = (await admin?.call("processes", {})) ?? [];
    programs = listed.map(({ pid, image, session }) => ({ pid, what: `${image} in session ${session}` }));
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
  }
  return [...programs.slice(0, programsMax), ...ownProcesses(manifest)];
}

async function history({ since, until }: TraceManifest, admin: Admin): Promise<void> {
  const { events } = await admin.call("events", { since, until, atMost: 500 });
  write("events.json", events);
  const found = await admin.call("records", { since, until, atMost: 20 });
  write("records.json", found.is === "found" ? found.records : []);
}

/** What holds for those who are in it, and for the host. */
async function policies({ connections, sessions }: TraceManifest, admin: Admin): Promise<void> {
  const users = new Set([...connections.map(({ user }) => user), ...sessions.map(({ user }) => user)]);
  write("policy/host.json", await admin.call("policy", {}));
  for (const user of [...users].slice(0, usersMax)) {
    if (user === undefined || /[^\w.@-]/u.test(user)) continue;
    write(`policy/user-${user.slice(0, 40)}.json`, await admin.call("policy", { user }));
  }
}

/** The service's log from the trace's time, and the last of each keeper's. */
function logs({ folders, since, until, sessions }: TraceManifest): void {
  const from = new Date(since).toISOString();
  const to = new Date(until + 1000).toISOString();
  const path = join(folders.state, "holdfast.log");
  const lines = [`${path}.1`, path].flatMap((each) => lastOf(each).split("\n"));
  const ours = lines.filter((line) => from <= line && line <= to);
  writeText("logs/service.log", `${ours.join("\n")}\n`);
  for (const { id } of sessions)
    writeText(`logs/keeper-${id}.log`, lastOf(join(folders.run, "sessions", String(id), "keeper.log")));
}

function lastOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8").slice(-logMax) : "";
}

/** `messages/NAME.txt` beside each `records/NAME.hftrace`. */
function decode(): void {
  const records = join(folder, "records");
  if (!existsSync(records)) return;
  mkdirSync(join(folder, "messages"), { mode: 0o700 });
  for (const file of readdirSync(records)) {
    const to = openSync(join(folder, "messages", `${basename(file, ".hftrace")}.txt`), "wx", 0o600);
    let left = messagesMax;
    for (const line of recordText(readFileSync(join(records, file)))) {
      if ((left -= line.length) < 0) {
        writeSync(to, "-- there is more in the records\n");
        break;
      }
      writeSync(to, line);
    }
    closeSync(to);
  }
}

/** A page to look at. Throws a sentence when the trace cannot be read. */
async function report(): Promise<void> {
  const read = await readTraceParts(folder);
  if (read.is === "unreadable") throw new Error(read.why);
  writeText("report.html", reportPage(read.parts));
}

function write(path: string, value: unknown): void {
  writeText(path, `${JSON.stringify(value, undefined, 1)}\n`);
}

function writeText(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, path), text, { mode: 0o600 });
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
