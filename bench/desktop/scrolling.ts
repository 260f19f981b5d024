import { longPage, rowHeight, sheet } from "./page.ts";
import { keepPicture, ownWindow, settled } from "./ownWindow.ts";
import type { Workload } from "./workload.ts";

/**
 * A page scrolled by the wheel, smoothly, at 30 pictures a second: each notch is eased over four of them. As a browser
 * does, the whole view is drawn anew.
 */
export const browser: Workload = {
  name: "browser scroll",
  goals: { processor: 10, line: 2000, times: 5 },
  prepare: async ({ x11, size, keys }) => {
    const view = { x: 0, y: 0, width: size.width, height: size.height - barHeight };
    const page = await keepPicture(x11, longPage(view.width, pageHeight));
    const window = await ownWindow(x11, { x: 0, y: 0, ...size }, 0xdfe3e8);
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
      stepsPerSecond: 30,
      step: (step) => {
        top += way * notch[step % notch.length]!;
        if (top < 0 || page.height - view.height < top) {
          way = -way;
          top = Math.max(0, Math.min(page.height - view.height, top));
        }
        draw(step);
      },
    };
  },
};

/** A sheet scrolled by three rows at a time, ten times a second; its head stays where it is. */
export const spreadsheet: Workload = {
  name: "spreadsheet scroll",
  goals: { times: 5 },
  prepare: async ({ x11, size, keys }) => {
    const view = { x: 0, y: 0, width: size.width, height: size.height - barHeight };
    const page = await keepPicture(x11, sheet(view.width, pageHeight));
    const window = await ownWindow(x11, { x: 0, y: 0, ...size }, 0x217346);
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
      stepsPerSecond: 10,
      step: (step) => {
        const next = top + way * 3 * rowHeight;
        if (next < 0 || page.height - view.height < next) way = -way;
        else top = next;
        draw(step);
      },
    };
  },
};

const barHeight = 80;
const pageHeight = 6000;
const stepsAt = { x: 20, y: 20 };
/** Of the wheel, in pixels: 120 in all, as browsers ease it. */
const notch = [53, 34, 21, 12];
