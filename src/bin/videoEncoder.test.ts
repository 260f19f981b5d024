import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { seconds } from "../base/units.ts";
import { VideoLink } from "../connection/videoLink.ts";
import type { VideoUnits } from "../pipeline/video/videoStream.ts";
import { VideoEncoders } from "../service/videoEncoders.ts";
import { systemClock } from "../system/clock.ts";
import { h264Encoders } from "../system/h264/h264Encoder.ts";
import { eventually } from "../../test/interop/harness/eventually.ts";
import { colouredLetters, picture } from "../../test/pictures.ts";

const skip = 0 < h264Encoders().length ? false : "there is no encoder of H.264 on this host";
const isX264 = h264Encoders().includes("x264");
const film = { width: 320, height: 240 };
const rate = { kilobits: 2000 };
const desktop = picture("photo", { width: 400, height: 300 });

test(
  "nobody encodes until somebody asks; then streams share a process, which goes when it is let go",
  { skip },
  async (t) => {
    const { pool, link } = await openPool(t);
    assert.deepEqual(pool.processes, []);

    const streams = await Promise.all([1, 2].map(() => link().open({ ...film, framesPerSecond: 30, kilobits: 2000 })));
    for (const [index, stream] of streams.entries()) {
      assert.ok(stream !== undefined);
      for (let step = 0; step < 3; step++) {
        const units: VideoUnits | undefined = await stream.encode(
          desktop,
          { x: index * 16 + step, y: step, ...film },
          rate,
        );
        assert.ok(units?.main !== undefined && units.chroma === undefined);
        if (step === 0) assert.deepEqual([...units.main.subarray(0, 4)], [0, 0, 0, 1]);
      }
    }
    const [process] = pool.processes;
    assert.equal(pool.processes.length, 1);
    pool.close();
    // The service is gone, and the streams go on.
    assert.ok((await streams[0]!.encode(desktop, { x: 0, y: 0, ...film }, rate)) !== undefined);
    for (const stream of streams) stream?.close();
    await eventually("the process has ended", () => !isAlive(process!));
  },
);

test(
  "x264 gives colours to coloured letters, at once or later, and not to a photograph",
  { skip: !isX264 },
  async (t) => {
    const { link } = await openPool(t);
    const stream = await link().open({ ...film, framesPerSecond: 30, kilobits: 2000, colours: "avc444v2" });
    assert.equal(stream?.colours, "avc444v2");
    const region = { x: 8, y: 4, ...film };
    const present = async (units: ReturnType<NonNullable<typeof stream>["encode"]>) => Object.keys((await units) ?? {});
    assert.deepEqual(await present(stream.encode(desktop, region, rate)), ["main"]);
    assert.deepEqual(await present(stream.encodeColours(2000)), []);
    const letters = colouredLetters(desktop);
    assert.deepEqual(await present(stream.encode(letters, region, rate)), ["main", "chroma"]);
    assert.deepEqual(await present(stream.encode(letters, region, { ...rate, withoutColours: true })), ["main"]);
    assert.deepEqual(await present(stream.encodeColours(2000)), ["chroma"]);
    stream.close();

    const plain = await link("openh264").open({ ...film, framesPerSecond: 30, kilobits: 2000, colours: "avc444v2" });
    assert.equal(plain?.colours, undefined);
    plain?.close();
  },
);

test(
  "a process that is killed or hangs is lost at once, and another one is there a second later",
  { skip },
  async (t) => {
    const { pool, link } = await openPool(t);
    for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
      const own = link();
      const stream = await own.open({ ...film, framesPerSecond: 30, kilobits: 2000 });
      assert.ok(stream !== undefined);
      await stream.encode(desktop, { x: 0, y: 0, ...film }, rate);
      const [pid] = pool.processes;
      process.kill(pid!, signal);
      await assert.rejects(stream.encode(desktop, { x: 2, y: 0, ...film }, rate));
      assert.equal(own.isAvailable, false);
      assert.equal(await own.open({ ...film, framesPerSecond: 30, kilobits: 2000 }), undefined);
      if (signal === "SIGSTOP") process.kill(pid!, "SIGKILL");
      await eventually("it is gone", () => !pool.processes.includes(pid!));

      await eventually("it may be asked again", () => own.isAvailable);
      const again = await own.open({ ...film, framesPerSecond: 30, kilobits: 2000 });
      assert.ok((await again?.encode(desktop, { x: 2, y: 0, ...film }, rate)) !== undefined);
      again?.close();
    }
  },
);

test("where nobody listens there are no streams, and no error", async () => {
  const link = new VideoLink({ path: "/nowhere/video.sock", encoder: "auto", clock: systemClock });
  assert.equal(await link.open({ ...film, framesPerSecond: 30, kilobits: 2000 }), undefined);
  assert.equal(link.isAvailable, false);
});

async function openPool(t: TestContext) {
  const folder = mkdtempSync("/tmp/holdfast-video-");
  const path = join(folder, "video.sock");
  const pool = new VideoEncoders({
    path,
    group: undefined,
    atMost: 2,
    fork: () => {
      const child = fork(program, [], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
      child.send({});
      return child;
    },
    clock: systemClock,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, with: () => assert.fail() },
  });
  await eventually("it listens", () => pool.isListening);
  t.after(async () => {
    const processes = pool.processes;
    pool.close();
    await eventually("all have ended", () => processes.every((pid) => !isAlive(pid)), { within: seconds(10) });
    rmSync(folder, { recursive: true });
  });
  return {
    pool,
    link: (encoder: "auto" | "openh264" = "auto") => new VideoLink({ path, encoder, clock: systemClock }),
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

const program = fileURLToPath(new URL("videoEncoder.ts", import.meta.url));
