import { prose } from "./page.ts";
import { fullScreen, startTerminal, type Terminal } from "./terminal.ts";
import type { Act, Stage, Workload } from "./workload.ts";

/** Somebody writes a text, a bit more than a hundred words a minute. */
export const typing: Workload = {
  name: "typing",
  goals: { processor: 1, line: 20, times: 5 },
  prepare: async (stage) => {
    const terminal = await startTerminal(stage, fullScreen, ["-e", echoing]);
    stage.keys.moveTo(600, 400);
    return typed(stage, terminal);
  },
};

/** Nobody does anything. */
export const idle: Workload = {
  name: "idle",
  goals: { processor: 1, line: 0.1 },
  prepare: async (stage) => {
    await startTerminal(stage, fullScreen, ["-e", "ls -l /usr/bin | tail -n 55; exec sleep 100000"]);
    stage.keys.moveTo(600, 400);
    return { stepsPerSecond: 0, step: () => {} };
  },
};

/** Each step is a key of a text; any change in the last row of a terminal that runs `echoing` shows it. */
export function typed({ keys }: Stage, { area, cell }: Terminal): Act {
  const text = prose
    .join(" ")
    .toLowerCase()
    .replaceAll(/[^a-z,. ]/gu, "");
  return {
    shown: { is: "change", area: { ...area, y: area.y + area.height - cell.height, height: cell.height } },
    stepsPerSecond: 9,
    step: (step) => keys.character(step % 80 === 0 ? "\n" : text[step % text.length]!),
  };
}

/** What a terminal runs that shows what is typed in its last row. */
export const echoing = "yes '' | head -n 100; stty -icanon; exec cat >/dev/null";
