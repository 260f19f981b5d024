import { limits } from "#base/limits.ts";
import type { Pixels } from "#base/pixels.ts";
import { after, seconds, type Instant } from "#base/units.ts";
import type { LastWords } from "#contracts/keeper.ts";
import type { ConnectionStart } from "#contracts/service.ts";
import type { Attachment } from "./attachment.ts";
import type { ConnectionJourney } from "./journey.ts";
import type { SessionBoxes } from "./sessionBoxes.ts";

export interface FirstPictureOptions {
  /** What the session shows now; lent. */
  readonly pixels: () => Pixels;
  /** So long an empty picture is nothing to speak of; 0: for ever. */
  readonly patience: number;
  /** What the desktop's first program said last. */
  readonly lastWords: () => Promise<LastWords>;
  /** Puts this text before its user, in place of the one before; undefined: takes it away. */
  readonly tell: (text: string | undefined) => void;
  /** There is a picture. */
  readonly seen: () => void;
  readonly now: () => Instant;
}

/**
 * Waits until a session's screen shows anything, and tells its user what is waited for when that takes long. Looks for
 * a minute, four times a second, and costs nothing afterwards.
 */
export class FirstPicture {
  readonly #options: FirstPictureOptions;
  readonly #begunAt: Instant;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;
  #told: string | undefined;
  #isDismissed = false;
  #isOver = false;

  constructor(options: FirstPictureOptions) {
    this.#options = options;
    this.#begunAt = options.now();
    this.#look();
  }

  /** Its user has read it: he is told no more. */
  dismiss(): void {
    this.#isDismissed = true;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#isOver = true;
  }

  #look(): void {
    const { pixels, patience, now, seen } = this.#options;
    if (!isEmptyPicture(pixels())) {
      this.close();
      if (this.#told !== undefined) this.#options.tell(undefined);
      return seen();
    }
    const begun = this.#begunAt;
    if (after(begun, seconds(looksFor)) < now()) return this.close();
    if (patience !== 0 && after(begun, seconds(patience)) <= now()) void this.#explain();
    this.#timer = setTimeout(() => this.#look(), looksEvery);
  }

  async #explain(): Promise<void> {
    if (this.#isAsking || this.#isDismissed) return;
    this.#isAsking = true;
    const text = textOf(await this.#options.lastWords());
    this.#isAsking = false;
    if (this.#isOver || this.#isDismissed || text === this.#told) return;
    this.#told = text;
    this.#options.tell(text);
  }
}

/** Watches over a session that a client has just come to. */
export function watchFirstPicture(
  { desktop, isFirst, lastWords }: Attachment,
  options: {
    readonly boxes: Pick<SessionBoxes, "showOwn">;
    readonly journey: ConnectionJourney;
    readonly start: Pick<ConnectionStart, "settings">;
    readonly now: () => Instant;
  },
): FirstPicture {
  const { boxes, journey, start, now } = options;
  const watch: FirstPicture = new FirstPicture({
    pixels: () => desktop.pixels,
    // Who returns knows his screen: he may have left it dark.
    patience: isFirst ? (start.settings.blackScreenSeconds ?? 0) : 0,
    lastWords,
    tell: (text) => boxes.showOwn("Your desktop has not drawn anything yet", text, () => watch.dismiss()),
    seen: () => journey.enter("live"),
    now,
  });
  return watch;
}

/** Whether it is of one colour, as far as every eighth row says; windows are higher than that. */
export function isEmptyPicture({ data, offset, stride, width, height }: Pixels): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const first = view.getUint32(offset, true) & colour;
  for (let y = 0; y < height; y += 8) {
    const row = offset + y * stride;
    for (let x = 0; x < width; x++) if ((view.getUint32(row + x * 4, true) & colour) !== first) return false;
  }
  return true;
}

function textOf({ name, lines }: LastWords): string {
  const who = name === "" ? "the first program of the desktop" : `“${name}”`;
  const said = lines.slice(-linesShown).map((line) => line.slice(0, lineLength));
  const words = said.length === 0 ? ["It has said nothing."] : ["It said last:", ...said];
  return [`The screen is still empty: waiting for ${who} to draw something.`, ...words]
    .join("\n")
    .slice(0, limits.messageBoxCharacters);
}

/** Without the byte that has no meaning. */
const colour = 0x00ff_ffff;
/** In milliseconds. */
const looksEvery = 250;
/** In seconds. */
const looksFor = 60;
const linesShown = 8;
const lineLength = 160;
