import { longPage, rowHeight, sheet } from "./page.ts";
import { keepPicture, ownWindow, settled } from "./ownWindow.ts";
import type { Workload } from "./workload.ts";

/**
 * A page scrolled by the wheel, smoothly, at 30 pictures a second: each notch is eased over four of them. As a browser
 * does, the whole view is drawn anew.
 */
export const browser = scrolled({
  name: "browser scroll",
  goals: { processor: 10, line: 2000, times: 5 },
  stepsPerSecond: 30,
  content: longPage,
  head: 0xdfe3e8,
  by: (step) => notch[step % notch.length]!,
  atTheEnd: "touches",
});

/** A sheet scrolled by three rows at a time, ten times a second; its head stays where it is. */
export const spreadsheet = scrolled({
  name: "spreadsheet scroll",
  goals: { times: 5 },
  stepsPerSecond: 10,
  content: sheet,
  head: 0x217346,
  by: () => 3 * rowHeight,
  atTheEnd: "turns",
});

interface Scrolled extends Pick<Workload, "name" | "goals"> {
  readonly stepsPerSecond: number;
  readonly content: typeof longPage;
  /** The colour of the bar above it. */
  readonly head: number;
  /** Pixels that a step scrolls. */
  readonly by: (step: number) => number;
  /** "touches": the step ends there; "turns": it does not move. The next one goes back. */
  readonly atTheEnd: "touches" | "turns";
}

/** A window whose view goes down a long content, and up again. */
function scrolled({ name, goals = {}, stepsPerSecond, content, head, by, atTheEnd }: Scrolled): Workload {
  return {
    name,
    goals,
    prepare: async ({ x11, size, keys }) => {
      const view = { x: 0, y: 0, width: size.width, height: size.height - barHeight };
      const page = await keepPicture(x11, content(view.width, pageHeight));
      const window = await ownWindow(x11, { x: 0, y: 0, ...size }, head);
      const end = page.height - view.height;
      let [top, way] = [0, 1];
      const draw = (step: number): void => {
        window.draw(page, { ...view, y: top }, { x: 0, y: barHeight });
        window.writeStep(stepsAt, step);
      };
      draw(0);
      keys.moveTo(900, 600);
      await settled(x11);
      return {
        shown: { is: "number", cells: window.stepCells(stepsAt) },
        stepsPerSecond,
        step: (step) => {
          const next = top + way * by(step);
          const isBeyond = next < 0 || end < next;
          if (isBeyond) way = -way;
          if (!isBeyond || atTheEnd === "touches") top = Math.max(0, Math.min(end, next));
          draw(step);
        },
      };
    },
  };
}

const barHeight = 80;
const pageHeight = 6000;
const stepsAt = { x: 20, y: 20 };
/** Of the wheel, in pixels: 120 in all, as browsers ease it. */
const notch = [53, 34, 21, 12];
