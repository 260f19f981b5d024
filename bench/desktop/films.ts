import type { Rectangle } from "#base/geometry.ts";
import { film } from "./photograph.ts";
import { keepPicture, ownWindow, settled, type KeptPicture, type OwnWindow } from "./ownWindow.ts";
import { prose } from "./page.ts";
import { startTerminal } from "./terminal.ts";
import { echoing, typed } from "./typing.ts";
import type { Stage, Workload } from "./workload.ts";

/** A film of 1280 × 720 at 30 pictures a second in a window on a quiet desktop. */
export const video: Workload = {
  name: "video 720p30",
  goals: { processor: 20, line: 4000 },
  prepare: async (stage) => {
    const playing = await startFilm(stage, { x: 320, y: 180, width: 1280, height: 720 });
    return {
      shown: { is: "number", cells: playing.window.stepCells({ x: 0, y: 0 }) },
      stepsPerSecond: 30,
      step: playing.step,
    };
  },
};

/** Somebody writes in a terminal while the film plays beside it. */
export const typingBesideVideo: Workload = {
  name: "typing beside video",
  goals: { delay: 8 },
  prepare: async (stage) => {
    const playing = await startFilm(stage, { x: 640, y: 0, width: 1280, height: 720 });
    const place = { columns: 60, rows: 30, x: 0, y: 0 };
    const terminal = await startTerminal(stage, place, ["-e", echoing]);
    stage.keys.moveTo(200, 300);
    const keys = typed(stage, terminal);
    let pictures = 0;
    const timer = setInterval(() => playing.step(++pictures), 1000 / 30);
    stage.onEnd(() => clearInterval(timer));
    return keys;
  },
};

/** Four faces at 25 pictures a second, and a list of what was said, which grows by a line each second. */
export const videoCall: Workload = {
  name: "video call",
  prepare: async (stage) => {
    const { x11, size } = stage;
    const ground = await ownWindow(x11, { x: 0, y: 0, ...size }, 0x202124);
    const faces = await Promise.all(
      [0, 1, 2, 3].map((face) => {
        const at = { x: 40 + (face % 2) * 680, y: 40 + (face >> 1) * 400 };
        return startFilm(stage, { ...at, width: 640, height: 360 }, face + 5);
      }),
    );
    const place = { columns: 50, rows: 50, x: 1420, y: 40 };
    const said = prose.map((line) => `echo "${line}"; sleep 1`).join("; ");
    await startTerminal(stage, place, ["-e", `while :; do ${said}; done`]);
    stage.keys.moveTo(1400, 1000);
    const stepsAt = { x: 40, y: 1000 };
    return {
      shown: { is: "number", cells: ground.stepCells(stepsAt) },
      stepsPerSecond: 25,
      step: (step) => {
        for (const face of faces) face.step(step);
        ground.writeStep(stepsAt, step);
      },
    };
  },
};

/** A film in a window of its own. */
export interface Playing {
  readonly window: OwnWindow;
  readonly step: (step: number) => void;
}

/** `step` shows another picture, and writes its number on it. */
export async function startFilm({ x11 }: Stage, area: Rectangle, seed?: number): Promise<Playing> {
  const frames: KeptPicture[] = [];
  for (const picture of film(area, frameCount, seed)) frames.push(await keepPicture(x11, picture));
  const window = await ownWindow(x11, area);
  const step = (number: number): void => {
    // There and back again, so that no picture follows one that is far from it.
    const turn = number % (2 * frameCount - 2);
    const frame = frames[turn < frameCount ? turn : 2 * frameCount - 2 - turn]!;
    window.draw(frame, { x: 0, y: 0, ...frame }, { x: 0, y: 0 });
    window.writeStep({ x: 0, y: 0 }, number);
  };
  step(0);
  await settled(x11);
  return { window, step };
}

const frameCount = 30;
