import { layoutTable } from "./layoutTable.ts";

/** What the client says of its keyboard: MS-RDPBCGR 2.2.1.3.2, keyboardLayout, keyboardType and keyboardSubType. */
export interface ClientKeyboard {
  /**
   * Windows' identifier of the layout (KLID): the language in the lower 16 bits, 0x00000407 for German. 0: not known.
   */
  readonly layout: number;
  /** 4: 101 or 102 keys, 7: Japanese, 8: Korean. */
  readonly type: number;
  readonly subtype: number;
}

/** The names that `setxkbmap` takes; empty where there is nothing to say. */
export interface XkbKeyboard {
  readonly model: string;
  readonly layout: string;
  readonly variant: string;
  readonly options: string;
}

export interface KeyboardChoice {
  readonly keyboard: XkbKeyboard;
  /**
   * How well it fits: the very layout; another layout of the same language; or the language is unknown, and it is the
   * US layout.
   */
  readonly fits: "exactly" | "byLanguage" | "unknown";
}

/**
 * The XKB keyboard that comes nearest. Layouts without Latin letters get the US layout as a second one, switched by
 * Windows+Space: otherwise no address could be typed, and some programs would not know their shortcuts.
 */
export function xkbKeyboardFor(client: ClientKeyboard): KeyboardChoice {
  const exact = layoutTable.get(client.layout >>> 0);
  const row = exact ?? layoutTable.get(client.layout & 0xffff) ?? layoutTable.get(primaryLayout(client.layout));
  const { name } = row ?? US;
  const [layout = name] = name.split("-", 1);
  const variant = name.slice(layout.length + 1);
  const model = modelOf(client, layout);
  const single = {
    model,
    layout,
    variant: layout === "kr" && !isKorean106(client) ? "kr104" : variant,
    options: "",
  };
  const keyboard =
    row?.letters === "other"
      ? {
          model,
          layout: `${single.layout},us`,
          variant: single.variant === "" ? "" : `${single.variant},`,
          options: "grp:win_space_toggle",
        }
      : single;
  return { keyboard, fits: exact !== undefined ? "exactly" : row !== undefined ? "byLanguage" : "unknown" };
}

function modelOf(client: ClientKeyboard, layout: string): string {
  if (client.type === JAPANESE) return "jp106";
  return layout === "br" ? "abnt2" : "pc105";
}

/** Without keys of its own for Hangul and Hanja a Korean keyboard uses those right of the space bar. */
const isKorean106 = (client: ClientKeyboard): boolean => client.type === KOREAN && client.subtype === 6;

/**
 * The main country's layout of a language: the lower ten bits of a language identifier, with sublanguage 1 (MS-LCID
 * 2.1).
 */
const primaryLayout = (layout: number): number => (layout & 0x3ff) | 0x400;

const US = { name: "us" };
const JAPANESE = 7;
const KOREAN = 8;
