import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { RefusalCode } from "../../src/refusals/refusal.ts";
import { startXfreerdp } from "../interop/harness/clients.ts";
import { awaitRecord } from "../interop/harness/explained.ts";
import { startHoldfast, type TestHost, type TestHostOptions } from "../interop/harness/holdfast.ts";
import { pamService } from "../interop/harness/pamService.ts";
import { testUser } from "../interop/harness/users.ts";
import { noRealUsers } from "../realUser.ts";
import { ask, doctorsFindings } from "./answers.ts";
import type { FaultName } from "./gallery.ts";
import { assertNamed } from "./named.ts";

const skip = noRealUsers();

describe("what a host has run out of is named", { skip, concurrency: 2 }, () => {
  test("a full /dev/shm", () =>
    provoke("screensFull", "HF-SEAT-04", {
      enter: inView("mount -t tmpfs -o size=8m,mode=1777 none /dev/shm", fill("/dev/shm")),
    }));

  test("a full /tmp", () =>
    provoke("tmpFull", "HF-SESS-01", {
      enter: inView(
        'own=$(dirname "$HOLDFAST_RUN")',
        "mount -t tmpfs none /mnt && mkdir -p /mnt/own /mnt/sources",
        'mount --bind "$own" /mnt/own && mount --bind "$PWD" /mnt/sources',
        "mount -t tmpfs -o size=256k,mode=1777 none /tmp && mkdir -m 1777 /tmp/.X11-unix",
        'mkdir -p "$own" "$PWD" && chmod 711 "$own" && mount --bind /mnt/own "$own" && mount --bind /mnt/sources "$PWD"',
        'cd "$PWD"',
        fill("/tmp"),
      ),
    }));

  test("a limit of processes", async () => {
    const rules = ["auth", "account"].map((kind) => `@include common-${kind}`);
    const limits = join("/tmp", `holdfast-limits-${process.pid}`);
    writeFileSync(limits, "* hard nproc 10\n");
    await using after = new AsyncDisposableStack();
    after.defer(() => void execFileSync("rm", [limits]));
    using pam = pamService([...rules, `session required pam_limits.so conf=${limits}`]);
    await provoke("processLimit", "HF-SESS-02", { settings: `PamService = "${pam.name}"` });
  });

  test("a service that may open too few files", () =>
    provoke("descriptors", "HF-SEAT-04", {}, ({ servicePid }) => {
      execFileSync("prlimit", [`--pid=${servicePid}`, "--nofile=140"]);
    }));
});

/** Lets a client be refused, and holds what the commands answer against the gallery. */
async function provoke(
  fault: FaultName,
  code: RefusalCode,
  options: TestHostOptions,
  plant: (host: TestHost) => void = () => {},
): Promise<void> {
  await using user = await testUser();
  await using host = await startHoldfast(options);
  plant(host);
  await using _client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
  const { id } = await awaitRecord(host, code);
  const [explain, doctor] = await Promise.all([ask(host, ["explain", id]), doctorsFindings(host)]);
  const signIn = await ask(host, ["test", "signin", "--user", user.name], `${user.password}\n`);
  assertNamed(fault, { explain: explain.out, doctor, "test signin": signIn.out });
}

/** A view of the files of its own, made by these commands. */
function inView(...commands: readonly string[]): readonly string[] {
  return ["unshare", "--mount", "sh", "-c", `${commands.join(" && ")}; exec "$@"`, "sh"];
}

function fill(folder: string): string {
  return `{ dd if=/dev/zero of=${folder}/filler bs=4k status=none 2>/dev/null; true; }`;
}
