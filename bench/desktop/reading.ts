import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { terminalCells } from "./stepColours.ts";
import { fullScreen, logLines, rowCells, startTerminal } from "./terminal.ts";
import type { Workload } from "./workload.ts";

/** `less` on a long file: ten pages down, ten up, and some lines, four keys a second. */
export const pager: Workload = {
  name: "pager",
  goals: { times: 5 },
  prepare: async (stage) => {
    const file = join(stage.folder, "long.log");
    const lines = logLines(3000).map((line, index) => `${terminalCells(index)}${line}`);
    writeFileSync(file, lines.join("\n"), { mode: 0o644 });
    const terminal = await startTerminal(stage, fullScreen, ["-e", `exec less -R ${file}`]);
    stage.keys.moveTo(600, 400);
    const top = rowCells(terminal, 0);
    return {
      shown: { is: "change", area: { ...top[0]!, width: top[0]!.width * top.length } },
      stepsPerSecond: 4,
      step: (step) => stage.keys.character(" ".repeat(10).concat("b".repeat(10), "jjjjkkkk")[(step - 1) % 28]!),
    };
  },
};

/** vim with syntax colours in two columns, a blinking cursor: somebody edits, and scrolls now and then. */
export const editor: Workload = {
  name: "editor",
  goals: { times: 5 },
  prepare: async (stage) => {
    const file = join(stage.folder, "program.ts");
    copyFileSync(join(import.meta.dirname, "../../src/codecs/remotefx/remoteFxEncoder.ts"), file);
    const options = ["-n", "-u", "NONE", "-i", "NONE", "-N", "-O2", file, join(stage.folder, "other.ts")];
    copyFileSync(join(import.meta.dirname, "../../src/pipeline/pipeline.ts"), join(stage.folder, "other.ts"));
    const settings = ["syntax on", "set number ruler cursorline laststatus=2"].flatMap((each) => ["-c", each]);
    const terminal = await startTerminal(stage, fullScreen, ["-bc", "-e", "vim", ...options, ...settings]);
    stage.keys.moveTo(600, 400);
    const { area, cell } = terminal;
    // The status line of the column in use says where the cursor is; with each key it is elsewhere.
    const status = {
      x: area.x,
      y: area.y + (fullScreen.rows - 2) * cell.height,
      width: area.width >> 1,
      height: cell.height,
    };
    const written = "const width = size.width; ";
    return {
      shown: { is: "change", area: status },
      stepsPerSecond: 6,
      step: (step) => {
        const at = (step - 1) % 40;
        if (at === 0) stage.keys.character("o");
        else if (at < 27) stage.keys.character(written[(at - 1) % written.length]!.replace(/[^a-z ]/u, "e"));
        else if (at === 27) stage.keys.character("\u{1b}");
        else if (at < 34) stage.keys.control("e");
        else stage.keys.control("y");
      },
    };
  },
};
