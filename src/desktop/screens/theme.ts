import type { Size } from "#base/geometry.ts";
import type { Color } from "./canvas.ts";
import { font, type Font } from "./font.ts";
import type { Tone } from "./widgets.ts";

/**
 * Few flat colours, so that 8 and 16 bits a pixel keep them apart. Text has a contrast of at least 4.5 to its ground.
 */
export const colors = {
  background: 0xe8ecf1,
  header: 0x1d3557,
  headerText: 0xffffff,
  headerMuted: 0xb9c7d9,
  mark: 0xf2b134,
  card: 0xffffff,
  cardEdge: 0xc3ccd6,
  text: 0x1f2933,
  muted: 0x56616e,
  fieldEdge: 0x8a96a3,
  accent: 0x1f6feb,
  accentText: 0xffffff,
  button: 0xeef1f5,
  selected: 0xdce8fb,
  logGround: 0xf4f6f8,
} as const satisfies Record<string, Color>;

/** Ground, edge and text of something that wants attention. */
export const toneColors: Readonly<Record<Tone, { ground: Color; edge: Color; text: Color }>> = {
  error: { ground: 0xfdecea, edge: 0xc62828, text: 0x8e1b1b },
  warning: { ground: 0xfff5dc, edge: 0xc77700, text: 0x6f4300 },
  information: { ground: 0xe7f0fd, edge: 0x1f6feb, text: 0x17407f },
};

/** Fonts and measures for a screen of a size. */
export interface Theme {
  readonly body: Font;
  readonly strong: Font;
  readonly small: Font;
  readonly heading: Font;
  readonly brand: Font;
  /** A length in pixels at 96 dots per inch, in pixels of this screen. */
  px(length: number): number;
  /** The same for room between things, of which "compact" has less. */
  room(length: number): number;
}

/** "compact": where the usual room would push something off the screen. */
export type Density = "usual" | "compact";

/** Larger screens get larger letters, up to three times: at 4K nobody reads fourteen pixels. */
export function themeFor(size: Size, density: Density): Theme {
  const scale = Math.max(1, Math.min(3, Math.floor(Math.min(size.width / 1200, size.height / 720) * 4) / 4));
  const px = (length: number): number => Math.round(length * scale);
  return {
    body: font("regular", px(14)),
    strong: font("bold", px(14)),
    small: font("regular", px(12)),
    heading: font("bold", px(20)),
    brand: font("bold", px(17)),
    px,
    room: (length) => px(density === "usual" ? length : length * 0.55),
  };
}
