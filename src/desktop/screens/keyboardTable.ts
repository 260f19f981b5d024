/** A layout that the screens know; all others are taken for "us". */
export type KeyboardLayout = "us" | "de" | "fr" | "ru" | "jp";

/** Which of a key's characters: shift and AltGr as they are held. */
export type KeyLevel = "plain" | "shift" | "altGr";

/** The layout for the number that the client sends in its core data. MS-RDPBCGR 2.2.1.3.2 (keyboardLayout) */
export function layoutOf(keyboardLayout: number): KeyboardLayout {
  return layoutsByLanguage.get(keyboardLayout & 0xffff) ?? "us";
}

/**
 * The character of a key by its place; undefined where it has none at this level. `dead`: it only marks the next
 * letter. `scanCode`: set 1, without the E0 prefix.
 */
export function characterOf(
  layout: KeyboardLayout,
  scanCode: number,
  level: KeyLevel,
): { readonly text: string; readonly dead: boolean } | undefined {
  const index = keyOrder.indexOf(scanCode);
  const text = index === -1 ? undefined : Array.from(tables[layout][level] ?? "")[index];
  if (text === undefined || text === " ") return scanCode === spaceBar ? { text: " ", dead: false } : undefined;
  return { text, dead: deadKeys[layout].includes(`${level} ${scanCode.toString(16)}`) };
}

/** What a dead key makes of the next character; both, one after the other, where there is no such letter. */
export function compose(dead: string, next: string): string {
  if (next === " ") return dead;
  const mark = combiningMarks[dead];
  const composed = mark === undefined ? "" : `${next}${mark}`.normalize("NFC");
  return Array.from(composed).length === 1 ? composed : `${dead}${next}`;
}

const spaceBar = 0x39;

const layoutsByLanguage: ReadonlyMap<number, KeyboardLayout> = new Map([
  [0x0409, "us"],
  [0x0407, "de"],
  [0x0c07, "de"],
  [0x040c, "fr"],
  [0x0419, "ru"],
  [0x0411, "jp"],
]);

/** The rows of the keyboard from the top, then the keys that only some keyboards have. */
const keyOrder: readonly number[] = [
  [0x29, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d],
  [0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b],
  [0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x2b],
  [0x56, 0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35],
  [0x73, 0x7d],
].flat();

/** In the order of `keyOrder`; a space means no character. */
const tables: Readonly<Record<KeyboardLayout, { plain: string; shift: string; altGr?: string }>> = {
  us: {
    plain: ["`1234567890-=", "qwertyuiop[]", "asdfghjkl;'\\", "\\zxcvbnm,./"].join(""),
    shift: ["~!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"|', "|ZXCVBNM<>?"].join(""),
  },
  de: {
    plain: ["^1234567890ß´", "qwertzuiopü+", "asdfghjklöä#", "<yxcvbnm,.-"].join(""),
    shift: ['°!"§$%&/()=?`', "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ'", ">YXCVBNM;:_"].join(""),
    altGr: ["  ²³   {[]}\\ ", "@ €        ~", "            ", "|      µ   "].join(""),
  },
  fr: {
    plain: ["²&é\"'(-è_çà)=", "azertyuiop^$", "qsdfghjklmù*", "<wxcvbn,;:!"].join(""),
    shift: [" 1234567890°+", "AZERTYUIOP¨£", "QSDFGHJKLM%µ", ">WXCVBN?./§"].join(""),
    altGr: ["  ~#{[|`\\^@]}", "  €        ¤"].join(""),
  },
  ru: {
    plain: ["ё1234567890-=", "йцукенгшщзхъ", "фывапролджэ\\", "\\ячсмитьбю."].join(""),
    shift: ['Ё!"№;%:?*()_+', "ЙЦУКЕНГШЩЗХЪ", "ФЫВАПРОЛДЖЭ/", "/ЯЧСМИТЬБЮ,"].join(""),
  },
  jp: {
    plain: [" 1234567890-^", "qwertyuiop@[", "asdfghjkl;:]", " zxcvbnm,./", "\\\\"].join(""),
    shift: [" !\"#$%&'() =~", "QWERTYUIOP`{", "ASDFGHJKL+*}", " ZXCVBNM<>?", "_|"].join(""),
  },
};

/** As "level scan code". */
const deadKeys: Readonly<Record<KeyboardLayout, readonly string[]>> = {
  us: [],
  de: ["plain 29", "plain d", "shift d"],
  fr: ["plain 1a", "shift 1a", "altGr 3", "altGr 8"],
  ru: [],
  jp: [],
};

const combiningMarks: Readonly<Record<string, string>> = {
  "^": "\u0302",
  "´": "\u0301",
  "`": "\u0300",
  "¨": "\u0308",
  "~": "\u0303",
};
