import { photograph } from "./photograph.ts";
import { keepPicture, ownWindow, settled } from "./ownWindow.ts";
import { startTerminal } from "./terminal.ts";
import type { Workload } from "./workload.ts";

/** A terminal full of text dragged in circles over a photograph, with its contents shown, 30 times a second. */
export const drag: Workload = {
  name: "window drag",
  goals: { processor: 7, line: 2500, times: 5 },
  prepare: async (stage) => {
    const { x11, size } = stage;
    const photo = await keepPicture(x11, photograph(size));
    const ground = await ownWindow(x11, { x: 0, y: 0, ...size });
    ground.draw(photo, { x: 0, y: 0, ...size }, { x: 0, y: 0 });
    x11.client.ChangeWindowAttributes(ground.id, { backgroundPixmap: photo.id });
    const listing = ["-e", "ls -l /usr/bin | tail -n 29; exec sleep 100000"];
    const { window } = await startTerminal(stage, { columns: 80, rows: 30, x: 400, y: 200 }, listing);
    const steps = await ownWindow(x11, { x: 10, y: 10, width: 48, height: 12 });
    stage.keys.moveTo(1900, 1070);
    await settled(x11);
    return {
      shown: { is: "number", cells: steps.stepCells({ x: 0, y: 0 }) },
      stepsPerSecond: 30,
      step: (step) => {
        const angle = step / 20;
        x11.client.MoveWindow(window, Math.round(600 + 420 * Math.cos(angle)), Math.round(260 + 200 * Math.sin(angle)));
        steps.writeStep({ x: 0, y: 0 }, step);
      },
    };
  },
};
