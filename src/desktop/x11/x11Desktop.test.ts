import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { after, before, beforeEach, test } from "node:test";
import { startXvfb, until, type Xvfb } from "../../../test/xvfb.ts";
import type { Size } from "../../base/geometry.ts";
import { instant, seconds } from "../../base/units.ts";
import type { Desktop, Key, Monitor } from "../desktop.ts";
import { X11Monitors } from "./monitors.ts";
import { X11Connection } from "./x11Connection.ts";
import { openX11Desktop } from "./x11Desktop.ts";

const sizeMax = { width: 1280, height: 1024 };
let server: Xvfb;
let complaints: string[] = [];

before(async () => {
  server = await startXvfb(sizeMax);
});
after(async () => server[Symbol.asyncDispose]());
beforeEach(() => (complaints = []));

test("what a program draws is in the pixels once its damage is taken", async () => {
  await using attached = await attach();
  const { desktop, heard } = attached;
  const first = await desktop.takeDamage();
  heard.length = 0;
  const xterm = server.start("xterm", ["-geometry", "80x24+0+0", "-bg", "#12ab34", "-b", "0"]);

  let covered = 0;
  await until("the terminal is drawn", async () => {
    const parts = await desktop.takeDamage();
    for (const part of parts) covered = Math.max(covered, part.width * part.height);
    return pixelAt(desktop, 100, 100) === 0x12ab34 && 0 < covered;
  });
  xterm.kill();
  assert.deepEqual(
    { first, told: heard.includes("damaged"), large: 10_000 < covered, complaints },
    { first: [{ x: 0, y: 0, ...sizeMax }], told: true, large: true, complaints: [] },
  );
});

test("without a framebuffer file the server copies its screen into shared memory, of which nothing is left", async () => {
  {
    await using attached = await attach({ withoutFramebuffer: true });
    const { desktop } = attached;
    await assertFollowed(desktop, "#3412ab");
    await desktop.resize(size(640, 480));
    await assertFollowed(desktop, "#ab3412");
    assert.equal(segments(), 1);
    assert.deepEqual(complaints, []);
  }
  await until("the server has let go of the memory", async () => segments() === 0);
});

test("a server that shares no memory is asked for images", async () => {
  await using apart = await startXvfb(sizeMax, ["-extension", "MIT-SHM"]);
  await using attached = await attach({ withoutFramebuffer: true, server: apart });
  const { desktop } = attached;

  await assertFollowed(desktop, "#3412ab", apart);

  assert.match(complaints.splice(0).join(), /^The screen is read without shared memory: [^.]+\.$/u);
});

/** A window of this colour is seen, wherever the screen has it. */
async function assertFollowed(desktop: Desktop, colour: string, at: Xvfb = server): Promise<void> {
  const xterm = at.start("xterm", ["-geometry", "80x24+0+0", "-bg", colour, "-b", "0"]);
  await until(`the terminal is drawn in ${colour}`, async () => {
    await desktop.takeDamage();
    return pixelAt(desktop, 100, 100) === Number.parseInt(colour.slice(1), 16);
  });
  xterm.kill();
}

/** How many segments of System V shared memory of this process the host has (proc(5): its creator is column cpid). */
function segments(): number {
  const [head = "", ...rows] = readFileSync("/proc/sysvipc/shm", "utf8").trim().split("\n");
  const creator = head.trim().split(/\s+/u).indexOf("cpid");
  return rows.filter((row) => row.trim().split(/\s+/u)[creator] === String(process.pid)).length;
}

test("the screen gets smaller and larger, and programs see one output of that size at 96 dots an inch", async () => {
  await using attached = await attach();
  const { desktop, heard } = attached;
  await desktop.takeDamage();
  const given: Size[] = [];
  for (const wish of [size(800, 600), size(1024.9, 769), size(5000, 10), size(800, 600), size(1280, 1024)]) {
    given.push(await desktop.resize(wish));
    assert.deepEqual(desktop.size, given.at(-1));
    assert.deepEqual(await desktop.takeDamage(), [{ x: 0, y: 0, ...desktop.size }]);
  }
  const seen = await screenSeenByPrograms();
  assert.deepEqual(
    { given, resized: heard.filter((event) => event.startsWith("resized")), seen, complaints },
    {
      given: [size(800, 600), size(1024, 768), size(1280, 200), size(800, 600), size(1280, 1024)],
      resized: ["800x600", "1024x768", "1280x200", "800x600", "1280x1024"].map((text) => `resized ${text}`),
      seen: { dimensions: "1280x1024 pixels (339x271 millimeters)" },
      complaints: [],
    },
  );
});

test("several monitors are told to programs as such, until the screen is one again; a scale makes dots smaller", async () => {
  await using attached = await attach();
  const { desktop, heard } = attached;
  const monitors = [
    { x: 600, y: 0, width: 680, height: 800, primary: true },
    { x: 0, y: 100, width: 600, height: 600, primary: false },
  ];
  await desktop.resize({ ...size(1280, 800), monitors });
  const [several, shown] = [await monitorsSeen(), desktop.monitors];
  await desktop.resize({ ...size(1280, 800), monitors });
  const resizes = heard.filter((event) => event.startsWith("resized")).length;
  await using another = await attach();
  const inherited = another.desktop.monitors.length;
  await another.desktop.resize(size(1280, 800));
  const one = await monitorsSeen();
  await another.desktop.resize({ ...size(1280, 800), scale: 200 });
  const seen = await screenSeenByPrograms();
  await another.desktop.resize(sizeMax);

  assert.deepEqual(shown, monitors);
  assert.deepEqual(several, monitors);
  assert.deepEqual([resizes, inherited, complaints], [1, 2, []]);
  assert.deepEqual(one, [{ x: 0, y: 0, width: 1280, height: 800, primary: one[0]?.primary }]);
  assert.equal(seen.dimensions, "1280x800 pixels (169x106 millimeters)");
});

test("resizes that overlap are carried out in order", async () => {
  await using attached = await attach();
  const { desktop } = attached;
  const given = await Promise.all([
    desktop.resize(size(640, 480)),
    desktop.resize(size(900, 700)),
    desktop.resize(sizeMax),
  ]);
  assert.deepEqual([given, desktop.size, complaints], [[size(640, 480), size(900, 700), sizeMax], sizeMax, []]);
});

for (const [layout, scanCodes, expected] of [
  ["us", [0x15, 0x2c, 0x0c, 0x27, 0x56], "yz-;<"],
  ["de", [0x15, 0x2c, 0x0c, 0x27, 0x28, 0x56], "zyßöä<"],
  ["ru", [0x10, 0x11, 0x12, 0x27, 0x33], "йцужб"],
  ["fr", [0x10, 0x11, 0x1e, 0x2c, 0x02], "azqw&"],
] as const) {
  test(`keys type what the layout ${layout} has on them`, async () => {
    await server.run("setxkbmap", [layout]);
    await using attached = await attach();
    using typed = await terminal(attached.desktop);
    for (const scanCode of scanCodes) tap(attached.desktop, scanCode);
    await until(`${expected} is typed`, () => typed.text() === expected);
    assert.deepEqual(complaints, []);
  });
}

test("a key that stays down repeats as the client says, and modifiers do not", async () => {
  await server.run("setxkbmap", ["us"]);
  await using attached = await attach();
  const { desktop } = attached;
  using typed = await terminal(desktop);
  desktop.key(plain(0x2a), true);
  desktop.key(plain(0x2a), true);
  for (const down of [true, true, true, false]) desktop.key(plain(0x1e), down);
  desktop.key(plain(0x2a), false);
  tap(desktop, 0x30);
  await until("AAAb is typed", () => typed.text() === "AAAb");
});

test("characters are typed in every layout, with Caps Lock on, and more different ones than there are spare keys", async () => {
  await using attached = await attach();
  const { desktop } = attached;
  const many = "€ßЖ漢😀 äÖ@{}|~ąčďéfğħı ĵķłńőœŕšţųŵźžαβγδεζηθικλμνξοπρστυφχψω тест!";
  for (const layout of ["us", "de", "us,ru"]) {
    await server.run("setxkbmap", [layout]);
    for (const capsLock of layout === "us" ? [false] : [false, true]) {
      desktop.setLockKeys({ scrollLock: false, numLock: false, capsLock, kanaLock: false });
      using typed = await terminal(desktop);
      for (const character of many) {
        desktop.character(character.codePointAt(0) ?? 0, true);
        desktop.character(character.codePointAt(0) ?? 0, false);
      }
      desktop.character(0x0d, true);
      tap(desktop, 0x39);
      await until(`all is typed with ${layout}, not ${typed.text()}`, () => typed.text().endsWith("\r "));
      assert.equal(typed.text(), `${many}\r `, `${layout}, Caps Lock ${capsLock ? "on" : "off"}`);
    }
  }
  desktop.setLockKeys({ scrollLock: false, numLock: false, capsLock: false, kanaLock: false });
  await server.run("setxkbmap", ["us"]);
  assert.deepEqual(complaints, []);
});

test("locks follow the client: Caps Lock changes letters, Num Lock the keypad", async () => {
  await using attached = await attach();
  const { desktop } = attached;
  using typed = await terminal(desktop);
  const locks = { scrollLock: false, numLock: true, capsLock: true, kanaLock: false };
  desktop.setLockKeys(locks);
  desktop.setLockKeys(locks);
  tap(desktop, 0x1e);
  tap(desktop, 0x48);
  desktop.setLockKeys({ ...locks, numLock: false, capsLock: false });
  tap(desktop, 0x1e);
  tap(desktop, 0x48);
  await until("A8a and an arrow are typed", () => typed.text() === "A8a\u001b[A");
});

test("keys and buttons that were left down are let go", async () => {
  await using first = await attach();
  first.desktop.key(plain(0x1d), true);
  first.desktop.key({ scanCode: 0x38, extended: true, extended1: false }, true);
  first.desktop.button("left", true);
  first.desktop.button("back", true);
  await using second = await attach();
  const { desktop } = second;
  using typed = await terminal(desktop);
  first.desktop.releaseAll();
  desktop.releaseAll();
  tap(desktop, 0x1e);
  await until("a is typed without Control", () => typed.text() === "a");
});

test("the pointer moves, presses every button and turns the wheel by notches", async () => {
  await using attached = await attach();
  const { desktop } = attached;
  await using events = await eventWindow();
  desktop.pointerTo({ x: 40, y: 30 });
  desktop.pointerBy({ x: 5, y: -3 });
  for (const button of ["left", "middle", "right", "back", "forward"] as const) {
    desktop.button(button, true);
    desktop.button(button, false);
  }
  desktop.wheel({ vertical: 50, horizontal: 0 });
  desktop.wheel({ vertical: 80, horizontal: 0 });
  desktop.wheel({ vertical: -240, horizontal: 120 });
  desktop.wheel({ vertical: 0, horizontal: -120 });
  const expected = [1, 2, 3, 8, 9, 4, 5, 5, 7, 6];
  await until(`the buttons arrive: ${events.text()}`, () => events.buttons().length === expected.length);
  assert.deepEqual([events.buttons(), events.lastPlace()], [expected, "(45,27)"]);
});

test("the cursor has the shape that the program under it gives it", async () => {
  await using attached = await attach();
  const { desktop, heard } = attached;
  desktop.pointerTo({ x: 1270, y: 1000 });
  await until("the root's cursor", () => desktop.cursor?.pixels.width === 16);
  const before = desktop.cursor;
  using typed = await terminal(desktop);
  await until("the terminal's cursor", () => desktop.cursor?.pixels.width !== 16);
  const shape = desktop.cursor;
  const opaque = shape?.pixels.data.filter((_, index) => index % 4 === 3).filter((alpha) => 0 < alpha).length ?? 0;
  assert.deepEqual(
    {
      told: heard.includes("cursorChanged"),
      narrow: (shape?.pixels.width ?? 99) < (before?.pixels.width ?? 0),
      visible: 0 < opaque,
      text: typed.text(),
    },
    { told: true, narrow: true, visible: true, text: "" },
  );
});

test("the death of the X server is told once, and everything afterwards is harmless", async () => {
  await using own = await startXvfb(size(640, 480));
  await using attached = await attach({ server: own });
  const { desktop, heard } = attached;
  await desktop.takeDamage();
  own.process.kill("SIGKILL");
  const waits = [desktop.resize(size(400, 300)), desktop.takeDamage()];
  await until("the end is told", () => heard.some((event) => event.startsWith("ended")));
  tap(desktop, 0x1e);
  desktop.character(0x20ac, true);
  desktop.releaseAll();
  await Promise.all([...waits, desktop.resize(size(300, 300)), desktop.takeDamage()]);
  desktop.close();
  desktop.close();
  assert.equal(heard.filter((event) => event.startsWith("ended")).length, 1);
  assert.match(heard.join(), /ended: .*X server :\d+.*\./u);
});

test("a wrong cookie and a display without a server are refused with a sentence", async () => {
  const options = { framebufferFd: undefined, sizeMax, now, log: () => undefined };
  await assert.rejects(
    openX11Desktop({ ...options, display: server.display, cookie: "00".repeat(16) }),
    /No connection to the X server :\d+: .*(Authorization|Invalid|closed)/u,
  );
  await assert.rejects(openX11Desktop({ ...options, display: 59_999, cookie: "" }), /X server :59999.*ENOENT/u);
});

test("time taken, for the record", async (context) => {
  await using attached = await attach();
  const { desktop } = attached;
  using typed = await terminal(desktop, { echo: true });
  const resizes = await times(
    20,
    async (round) => void (await desktop.resize(size(round % 2 === 0 ? 800 : 1280, 1024))),
  );
  await until("the terminal is quiet", async () => (await desktop.takeDamage()).length === 0);
  const keys = await times(60, async () => {
    const damaged = new Promise<void>((resolve) => {
      if (desktop.listener) desktop.listener = { ...desktop.listener, damaged: resolve };
    });
    tap(desktop, 0x1e);
    await damaged;
    await desktop.takeDamage();
  });
  const takes = await times(200, async () => void (await desktop.takeDamage()));
  context.diagnostic(`resize ${resizes}; key to damage taken ${keys}; takeDamage of nothing ${takes} (ms)`);
  assert.ok(0 < typed.text().length);
});

interface Attached extends AsyncDisposable {
  readonly desktop: Desktop;
  readonly heard: string[];
}

async function attach(options: { withoutFramebuffer?: boolean; server?: Xvfb } = {}): Promise<Attached> {
  const at = options.server ?? server;
  const framebufferFd = options.withoutFramebuffer === true ? undefined : openSync(at.framebufferPath, "r");
  const desktop = await openX11Desktop({
    display: at.display,
    cookie: at.cookie,
    framebufferFd,
    sizeMax,
    now,
    log: (line) => complaints.push(line),
  });
  if (framebufferFd !== undefined) closeSync(framebufferFd);
  const heard: string[] = [];
  desktop.listener = {
    damaged: () => heard.push("damaged"),
    resized: ({ width, height }) => heard.push(`resized ${width}x${height}`),
    cursorChanged: () => heard.push("cursorChanged"),
    ended: (why) => heard.push(`ended: ${why}`),
  };
  return { desktop, heard, [Symbol.asyncDispose]: async () => desktop.close() };
}

/** A terminal under the pointer that keeps what is typed, in raw mode. */
async function terminal(desktop: Desktop, options: { echo?: boolean } = {}): Promise<Disposable & { text(): string }> {
  const file = join(server.folder, `typed-${Math.round(performance.now() * 1000)}`);
  const script = `stty raw ${options.echo === true ? "" : "-"}echo; : > ${file}; exec cat >> ${file}`;
  const xterm = server.start("xterm", ["-u8", "-geometry", "80x24+0+0", "-e", "sh", "-c", script]);
  desktop.pointerTo({ x: 100, y: 100 });
  await until("the terminal is ready", () => readIfThere(file) !== undefined);
  return { text: () => readIfThere(file) ?? "", [Symbol.dispose]: () => void xterm.kill() };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** xev in a window in the corner: what it prints of button presses. */
async function eventWindow(): Promise<
  AsyncDisposable & { text(): string; buttons(): number[]; lastPlace(): string | undefined }
> {
  const xev = server.start(
    "stdbuf",
    ["-oL", "xev", "-geometry", "300x300+0+0", "-event", "button", "-event", "expose"],
    "pipe",
  );
  let text = "";
  xev.stdout?.on("data", (chunk) => (text += String(chunk)));
  await until("xev is shown", () => text.includes("Expose"));
  return {
    text: () => text,
    buttons: () => [...text.matchAll(/ButtonPress[^]*?button (\d+)/gu)].map((match) => Number(match[1])),
    lastPlace: () => [...text.matchAll(/root:(\(\d+,\d+\))/gu)].at(-1)?.[1],
    [Symbol.asyncDispose]: async () => void xev.kill(),
  };
}

async function monitorsSeen(): Promise<readonly Monitor[]> {
  const connection = await X11Connection.open({
    ...server,
    answerWithin: seconds(5),
    log: (line) => complaints.push(line),
  });
  try {
    const monitors = await new X11Monitors(connection, await connection.extension("randr")).list();
    return monitors.map(({ x, y, width, height, primary }) => ({ x, y, width, height, primary }));
  } finally {
    connection.close();
  }
}

async function screenSeenByPrograms(): Promise<{ dimensions: string | undefined }> {
  const xdpyinfo = server.start("xdpyinfo", [], "pipe");
  let text = "";
  xdpyinfo.stdout?.on("data", (chunk) => (text += String(chunk)));
  await new Promise((resolve) => xdpyinfo.once("close", resolve));
  return { dimensions: /dimensions: +(.*)/u.exec(text)?.[1] };
}

function pixelAt(desktop: Desktop, x: number, y: number): number {
  const { data, offset, stride } = desktop.pixels;
  const at = offset + y * stride + x * 4;
  return ((data[at + 2] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at] ?? 0);
}

function tap(desktop: Desktop, scanCode: number): void {
  desktop.key(plain(scanCode), true);
  desktop.key(plain(scanCode), false);
}

/** Median and 95th of hundred, in milliseconds. */
async function times(count: number, run: (round: number) => Promise<void>): Promise<string> {
  const taken: number[] = [];
  for (let round = 0; round < count; round++) {
    const start = performance.now();
    await run(round);
    taken.push(performance.now() - start);
  }
  taken.sort((a, b) => a - b);
  return `p50 ${taken[count >> 1]?.toFixed(2)} p95 ${taken[Math.floor(count * 0.95)]?.toFixed(2)}`;
}

const plain = (scanCode: number): Key => ({ scanCode, extended: false, extended1: false });
const size = (width: number, height: number): Size => ({ width, height });
const now = (): ReturnType<typeof instant> => instant(performance.now());
