import { limits } from "#base/limits.ts";
import { registryData } from "./registryBytes.ts";
import type { RegistryData, RegistryValue, WindowsFile } from "./registryValue.ts";

/**
 * The values of a `.reg` file (Windows Registry Editor 5.00, or REGEDIT4), and the lines that are none. Never throws.
 */
export function readRegFile(text: string): WindowsFile {
  const values: RegistryValue[] = [];
  const problems: { at: string; text: string }[] = [];
  let key: Pick<RegistryValue, "hive" | "key"> | undefined;
  for (const { line, number } of wholeLines(text)) {
    const at = `line ${number}`;
    if (line === "" || line.startsWith(";") || headers.has(line)) continue;
    if (line.startsWith("[")) {
      key = keyOf(line);
      // `[-…]` deletes the key: nothing of it can be taken.
      if (key === undefined && !line.startsWith("[-")) problems.push({ at, text: "is no key: [HKEY_…\\…]" });
      continue;
    }
    const value = valueOf(line);
    if (value === undefined) problems.push({ at, text: `is no value: ${shortened(line)}` });
    else if (key === undefined) problems.push({ at, text: "stands under no key" });
    else if (limits.importedValues <= values.length) {
      problems.push({ at, text: `more than ${limits.importedValues} values: the rest is not read` });
      break;
    } else values.push({ ...key, ...value, at });
  }
  return { values, rights: [], problems };
}

/** With the lines that go on after a backslash; numbers count from 1, of the first. */
function* wholeLines(text: string): Generator<{ readonly line: string; readonly number: number }> {
  let parts: string[] = [];
  let first = 0;
  const lines = text.split(/\r\n|\n|\r/u);
  for (const [index, each] of lines.entries()) {
    const line = each.trim();
    if (parts.length === 0) first = index + 1;
    const isHex = 0 < parts.length || /^(?:"(?:[^"\\]|\\.)*"|@)\s*=\s*hex/iu.test(line);
    const goesOn = isHex && line.endsWith("\\") && index + 1 < lines.length;
    parts.push(goesOn ? line.slice(0, -1) : line);
    if (goesOn) continue;
    yield { line: parts.join(""), number: first };
    parts = [];
  }
}

function keyOf(line: string): Pick<RegistryValue, "hive" | "key"> | undefined {
  const match = /^\[(?<gone>-?)(?<hive>[^\\\]]+)(?:\\(?<key>.*))?\]$/u.exec(line);
  const { hive = "", key = "", gone = "" } = match?.groups ?? {};
  if (match === null || limits.registryKeyCharacters < key.length || gone !== "") return undefined;
  return { hive: hives[hive.toUpperCase()] ?? "other", key };
}

function valueOf(line: string): Pick<RegistryValue, "name" | "data"> | undefined {
  const match = /^(?:"(?<name>(?:[^"\\]|\\.)*)"|@)\s*=\s*(?<data>.*)$/u.exec(line);
  const name = unescaped(match?.groups?.["name"] ?? "");
  if (match === null || limits.registryNameCharacters < name.length) return undefined;
  const data = dataOf(match.groups?.["data"] ?? "");
  return data === undefined ? undefined : { name, data };
}

function dataOf(written: string): RegistryData | undefined {
  if (written === "-") return { is: "deleted" };
  const text = /^"(?<text>(?:[^"\\]|\\.)*)"$/u.exec(written)?.groups?.["text"];
  if (text !== undefined) return { is: "text", text: unescaped(text) };
  const digits = /^dword:\s*(?<digits>[\da-f]{1,8})$/iu.exec(written)?.groups?.["digits"];
  if (digits !== undefined) return { is: "number", value: Number.parseInt(digits, 16), digits };
  const hex = /^hex(?:\((?<type>[\da-f]{1,8})\))?:(?<bytes>[\s,\da-f]*)$/iu.exec(written);
  if (hex === null) return undefined;
  const bytes = (hex.groups?.["bytes"] ?? "").split(",").map((each) => each.trim());
  if (bytes.at(-1) === "") bytes.pop();
  if (!bytes.every((each) => /^[\da-f]{1,2}$/iu.test(each))) return undefined;
  const type = Number.parseInt(hex.groups?.["type"] ?? "3", 16);
  return registryData(
    type,
    Uint8Array.from(bytes, (each) => Number.parseInt(each, 16)),
  );
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gu, "$1");
}

function shortened(line: string): string {
  return line.length <= shownCharacters ? line : `${line.slice(0, shownCharacters)}…`;
}

const headers = new Set(["Windows Registry Editor Version 5.00", "REGEDIT4"]);
const hives: Readonly<Partial<Record<string, RegistryValue["hive"]>>> = {
  HKEY_LOCAL_MACHINE: "machine",
  HKLM: "machine",
  HKEY_CURRENT_USER: "user",
  HKCU: "user",
};
const shownCharacters = 60;
