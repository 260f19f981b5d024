import type { Keyboard } from "#contracts/facts.ts";
import type { Log } from "#system/log.ts";
import type { UserPrograms } from "./userPrograms.ts";

/**
 * Gives the session's keyboard a layout by setxkbmap(1), one change after the other; of many waiting changes the last
 * counts.
 */
export class KeyboardLayout {
  readonly #programs: UserPrograms;
  readonly #log: Log;
  #wanted: Keyboard | undefined;
  #working: Promise<void> | undefined;

  constructor(programs: UserPrograms, log: Log) {
    this.#programs = programs;
    this.#log = log;
  }

  /** Resolves when this or a later layout is in force. A layout that X does not know leaves things as they are. */
  set(keyboard: Keyboard): Promise<void> {
    this.#wanted = keyboard;
    this.#working ??= this.#work().finally(() => (this.#working = undefined));
    return this.#working;
  }

  async #work(): Promise<void> {
    while (this.#wanted !== undefined) {
      const keyboard = this.#wanted;
      this.#wanted = undefined;
      const words = setxkbmapWords(keyboard);
      if (words === undefined) {
        this.#log.warn("keyboardRefused", { layout: keyboard.layout, why: "not a name" });
        continue;
      }
      try {
        // Setting it holds the X server up for a moment, which a returning user would notice.
        const { output } = await this.#programs.run(["setxkbmap", "-query"]);
        if (isInForce(keyboard, output)) continue;
        const { code, log } = await this.#programs.run(["setxkbmap", ...words]);
        if (code !== 0) this.#log.warn("keyboardRefused", { layout: keyboard.layout, why: log.join("; ") });
      } catch (error) {
        this.#log.warn("keyboardRefused", { layout: keyboard.layout, why: String(error) });
      }
    }
  }
}

/**
 * Whether `setxkbmap -query` names this keyboard, as after a change by us, and not one that the user has made since.
 */
export function isInForce({ model, layout, variant = "", options = "" }: Keyboard, queried: string): boolean {
  const named = new Map(queried.split("\n").map((line) => [line.split(":", 1)[0], line.replace(/^\w+:\s*/u, "")]));
  const wanted = { model, layout, variant, options };
  return Object.entries(wanted).every(([part, value]) => (named.get(part) ?? "") === value);
}

/** undefined: something in it is not the name of an XKB file's part. */
export function setxkbmapWords({ model, layout, variant, options }: Keyboard): readonly string[] | undefined {
  const parts = [model, layout, variant ?? "", options ?? ""];
  if (!parts.every((part) => /^[\w(),:+/-]{0,100}$/u.test(part))) return undefined;
  return ["-model", model, "-layout", layout, "-variant", variant ?? "", "-option", "", "-option", options ?? ""];
}
