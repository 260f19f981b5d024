import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Point } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { script } from "./measuredServer.ts";

/** A desktop that can be told from every screen a server draws itself. */
export interface KnownDesktop extends Disposable {
  readonly startWm: string;
  isShown(picture: Pixels): boolean;
}

/** icewm, with a task bar in a colour that nothing else has. */
export function knownDesktop(): KnownDesktop {
  const folder = mkdtempSync("/tmp/bench-desktop-");
  mkdirSync(join(folder, "themes/plain"), { recursive: true });
  const files = {
    theme: 'Theme="plain/default.theme"',
    preferences: unrest.map((name) => `TaskBarShow${name}=0`).join("\n"),
    "themes/plain/default.theme": `ThemeDescription="plain"\nLook=flat\nColorDefaultTaskBar="${taskBarColor}"`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), `${text}\n`);
  for (const path of ["", "themes", "themes/plain"]) chmodSync(join(folder, path), 0o755);
  return {
    startWm: script(join(folder, "startwm"), `export ICEWM_PRIVCFG=${folder}\nexec icewm`),
    isShown: (picture) =>
      0 < picture.width && isColor(picture, { x: picture.width >> 1, y: picture.height - inTaskBar }, taskBarPixel),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** xterm without a window manager that shows what is typed; all of it fits into 1024 × 768. */
export function typingDesktop(): KnownDesktop {
  const folder = mkdtempSync("/tmp/bench-desktop-");
  chmodSync(folder, 0o755);
  const xterm = `xterm -b 0 -bw 0 +sb -fn fixed -fg white -bg ${terminalColor} -geometry 160x55+0+0`;
  return {
    startWm: script(join(folder, "startwm"), `exec ${xterm} -e sh -c 'stty -icanon; exec cat >/dev/null'`),
    isShown: (picture) =>
      0 < picture.width && isColor(picture, { x: picture.width >> 1, y: picture.height >> 1 }, terminalPixel),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function isColor({ data, offset, stride }: Pixels, { x, y }: Point, color: readonly number[]): boolean {
  const at = offset + y * stride + x * 4;
  return color.every((value, channel) => Math.abs((data[at + channel] ?? 0) - value) <= tolerance);
}

const unrest = ["Clock", "CPUStatus", "NetStatus", "MEMStatus", "MailboxStatus"];
const taskBarColor = "rgb:C0/10/90";
/** Blue, green, red. */
const taskBarPixel = [0x90, 0x10, 0xc0];
const terminalColor = "'#102060'";
const terminalPixel = [0x60, 0x20, 0x10];
/** Rows from the bottom of the screen. */
const inTaskBar = 8;
/** For codecs that lose something, and 16 bits per pixel. */
const tolerance = 12;
