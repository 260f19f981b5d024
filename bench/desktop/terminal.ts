import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Rectangle } from "#base/geometry.ts";
import { randomFrom } from "../../test/pictures.ts";
import { eventually } from "../../test/interop/harness/eventually.ts";
import { settled } from "./ownWindow.ts";
import { terminalCells } from "./stepColours.ts";
import type { Act, Stage, Workload } from "./workload.ts";

/** A build that runs: twenty lines a second in a terminal as large as the screen. */
export const terminal: Workload = {
  name: "terminal",
  goals: { processor: 5, line: 600, times: 5 },
  prepare: (stage) => printing(stage, { stepsPerSecond: 20, linesAtOnce: 1 }),
};

/** `cat` of a long file: as many lines as the terminal takes. */
export const flood: Workload = {
  name: "terminal flood",
  goals: { times: 5 },
  prepare: (stage) => printing(stage, { stepsPerSecond: Infinity, linesAtOnce: 50 }),
};

export interface Terminal {
  /** Where on the screen its text is. */
  readonly area: Rectangle;
  readonly window: number;
  /** Of one character. */
  readonly cell: { readonly width: number; readonly height: number };
}

/** Starts an xterm with smooth letters at a place of the screen, and waits for its window. */
export async function startTerminal(
  { x11, start }: Stage,
  geometry: { readonly columns: number; readonly rows: number; readonly x: number; readonly y: number },
  words: readonly string[],
): Promise<Terminal> {
  const { columns, rows, x, y } = geometry;
  const before = await windowsOf(x11);
  const look = ["-fa", "DejaVu Sans Mono", "-fs", "11", "-b", "0", "-bw", "0", "+sb", "-u8"];
  start("xterm", [...look, "-fg", "#202020", "-bg", "white", "-geometry", `${columns}x${rows}+${x}+${y}`, ...words]);
  let window: number | undefined;
  await eventually("the terminal's window is there", async () => {
    window = (await windowsOf(x11)).find((id) => !before.includes(id));
    return window !== undefined;
  });
  // It has its final size once the letters are known.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const { width, height } = await x11.ask<{ width: number; height: number }>("GetGeometry", (answer) =>
    x11.client.GetGeometry(window!, answer),
  );
  return {
    area: { x, y, width, height },
    window: window!,
    cell: { width: Math.floor(width / columns), height: Math.floor(height / rows) },
  };
}

/** The cells of a terminal at the beginning of one of its rows. */
export function rowCells({ area, cell }: Terminal, row: number): readonly Rectangle[] {
  return Array.from({ length: 4 }, (_, index) => ({
    ...cell,
    x: area.x + index * cell.width,
    y: area.y + row * cell.height,
  }));
}

/** Lines as a build prints them, the same for each seed. */
export function logLines(count: number, seed = 1): readonly string[] {
  const random = randomFrom(seed);
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)]!;
  return Array.from({ length: count }, (_, line) => {
    const seconds = (line / 20).toFixed(3).padStart(8);
    const path = `${pick(folders)}/${pick(nouns)}${pick(nouns)}.${pick(["ts", "c", "h", "o"])}`;
    const tail = random() < 0.3 ? ` ${pick(verbs)} ${Math.floor(random() * 1e6).toString(16)} in ${pick(nouns)}` : "";
    return ` [${seconds}] ${pick(verbs)} ${path}${tail}`;
  });
}

async function printing(
  stage: Stage,
  { stepsPerSecond, linesAtOnce }: { readonly stepsPerSecond: number; readonly linesAtOnce: number },
): Promise<Act> {
  const pipe = join(stage.folder, `lines-${linesAtOnce}`);
  execFileSync("mkfifo", [pipe]);
  chmodSync(pipe, 0o666);
  const printed = await startTerminal(stage, fullScreen, ["-e", `stty -echo; exec cat 0<>${pipe}`]);
  const target = await open(pipe, "r+");
  stage.onEnd(() => target.close());
  const lines = logLines(2000);
  let next = 0;
  const write = (step: number, count: number) => {
    const text = Array.from({ length: count }, () => `\r\n${terminalCells(step)}${lines[next++ % lines.length]}`);
    return target.write(text.join(""));
  };
  await write(0, 2 * fullScreen.rows);
  await settled(stage.x11);
  return {
    shown: { is: "number", cells: rowCells(printed, fullScreen.rows - 1) },
    stepsPerSecond,
    step: async (step) => void (await write(step, linesAtOnce)),
  };
}

function windowsOf(x11: Stage["x11"]): Promise<readonly number[]> {
  return x11
    .ask<{ readonly children: readonly number[] }>("QueryTree", (answer) => x11.client.QueryTree(x11.root, answer))
    .then(({ children }) => children);
}

/** At 9 × 18 pixels a character it fills 1920 × 1080 nearly. */
export const fullScreen = { columns: 200, rows: 56, x: 0, y: 0 };
const folders = ["src/core", "src/net/http", "lib/render", "test/unit", "build/obj", "third_party/zlib"];
const nouns = ["frame", "buffer", "socket", "window", "layout", "cursor", "palette", "session", "parser", "index"];
const verbs = ["compiling", "linking", "checking", "copying", "warning: unused", "installed", "skipped"];
